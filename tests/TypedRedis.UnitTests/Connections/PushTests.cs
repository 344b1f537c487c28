using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>What a server sends of its own accord: seen, counted, and no matter of the replies around it.</summary>
public class PushTests
{
    private const string Invalidation = ">2\r\n$10\r\ninvalidate\r\n*1\r\n$6\r\nsecret\r\n";

    [Fact]
    public async Task Pushes_that_nobody_takes_are_counted_and_logged_by_their_kind()
    {
        var logger = new CollectingLogger();
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync(settings => settings with { Logger = logger });
        await using NodeClient _ = client;
        Task<string?> call = client.GetAsync("a").AsTask();
        await server.ReadCommandAsync();
        server.Reply(Invalidation + ">3\r\n+message\r\n$6\r\nsecret\r\n$6\r\nsecret\r\n" + Invalidation + "+A\r\n");
        Assert.Equal("A", await call.InTime());
        Assert.Equal(3, client.Node.GetStatistics().UnhandledPushes);
        string[] lines = [.. logger.Lines.Where(line => line.Contains("pushed", StringComparison.Ordinal))];
        Assert.Equal(3, lines.Length);
        Assert.StartsWith("Information test:7000 pushed something that nobody takes: invalidate", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("Information test:7000 pushed something that nobody takes: message", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("Debug test:7000 pushed something that nobody takes: invalidate", lines[2], StringComparison.Ordinal);
        Assert.DoesNotContain(logger.Lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(">1\r\n$6\r\nsecret\r\n")]
    [InlineData(">1\r\n:7\r\n")]
    [InlineData(">1\r\n*1\r\n+secret\r\n")]
    [InlineData(">1\r\n_\r\n")]
    [InlineData(">0\r\n")]
    [InlineData("|1\r\n+secret\r\n:1\r\n>1\r\n$6\r\nsecret\r\n")]
    public async Task Push_of_a_kind_that_no_server_sends_is_counted_and_not_repeated(string push)
    {
        var logger = new CollectingLogger();
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync(settings => settings with { Logger = logger });
        await using NodeClient _ = client;
        Task<string?> call = client.GetAsync("a").AsTask();
        await server.ReadCommandAsync();
        server.Reply(push + "+A\r\n");
        Assert.Equal("A", await call.InTime());
        Assert.Equal(1, client.Node.GetStatistics().UnhandledPushes);
        Assert.Contains(logger.Lines, line => line.StartsWith("Information test:7000 pushed something that nobody takes: another kind", StringComparison.Ordinal));
        Assert.DoesNotContain(logger.Lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pushes_over_connections_that_were_lost_stay_counted()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        server.Reply(Invalidation);
        server.Break();
        await Wait.UntilAsync(() => !client.Node.IsConnected, "the end of the connection");
        Assert.Equal(1, client.Node.GetStatistics().UnhandledPushes);
    }

    [Fact]
    public void Handler_that_throws_costs_its_push_alone()
    {
        using var fixture = new ReceiverFixture { PushThrows = () => throw new InvalidOperationException("thrown") };
        fixture.Call("a");
        fixture.Batch("b", commands: 2);
        fixture.Give("+1\r\n" + Invalidation + "+2\r\n" + Invalidation + "+3\r\n" + Invalidation);
        Assert.Equal(["a = 1", "push invalidate", "b < 2", "push invalidate", "b < 3", "push invalidate"], fixture.Events);
        Assert.Equal(2, fixture.Completed);
        Assert.Equal(3, fixture.Logger.Lines.Count(line => line.StartsWith("Error ", StringComparison.Ordinal) && line.Contains("thrown", StringComparison.Ordinal)));
    }
}
