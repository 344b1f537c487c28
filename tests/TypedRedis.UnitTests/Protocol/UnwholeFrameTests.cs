using TypedRedis.Protocol;
using TypedRedis.Routing;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>Frames whose head announces another number of arguments than were written: none is sent, whichever way it comes.</summary>
public sealed class UnwholeFrameTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Frame_that_was_written_with_more_or_less_arguments_than_announced_is_not_sent(int arguments)
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        await RefusedAsync(() => { RequestWriter r = Write(client, arguments); return client.SendAsync(ref r, NodeClient.Set, Reply.String, default, default).AsTask(); });
        await RefusedAsync(() => { RequestWriter r = Write(client, arguments); return client.SendAsync(ref r, NodeClient.Set, default, default).AsTask(); });
        await RefusedAsync(() => { RequestWriter r = Write(client, arguments); return client.SendAsync(ref r, NodeClient.Set, new byte[1], default, default).AsTask(); });
        await RefusedAsync(() => { RequestWriter r = Write(client, arguments); return client.SendBlockingAsync(ref r, NodeClient.Set, Reply.String, default, default).AsTask(); });
        await RefusedAsync(() => { RequestWriter r = Write(client, arguments); return client.SendBlockingAsync(ref r, NodeClient.Set, default, default).AsTask(); });
        await RefusedAsync(() => { RequestWriter r = Write(client, arguments); return client.SendBlockingAsync(ref r, NodeClient.Set, new byte[1], default, default).AsTask(); });
        using var pipeline = new TestPipeline(client);
        await RefusedAsync(() => { pipeline.AddUnwhole(arguments); return Task.CompletedTask; });
        Assert.Equal(0, pipeline.Length);

        Task<string?> next = client.GetAsync("k").AsTask();
        Assert.Equal("GET k", string.Join(' ', await server.ReadCommandAsync()));
        server.Reply("+v\r\n");
        Assert.Equal("v", await next.InTime());
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("$1\r\na\r\n", 1)]
    [InlineData("$0\r\n\r\n$3\r\nabc\r\n$12\r\n$1\r\n$1\r\n$1\r\n\r\n", 3)]
    public void Encoded_arguments_are_counted(string encoded, int count)
    {
        var writer = new RequestWriter(hasher: null, count, default);
        writer.WriteEncoded(Encoded.Bytes(encoded));
        Assert.True(writer.IsWhole);
        Assert.Equal(count, writer.Written);
        writer.Release();
    }

    [Fact]
    public void Every_way_to_write_an_argument_counts_as_one()
    {
        var writer = new RequestWriter(SlotHasher.Instance, 24, "$4\r\nMSET\r\n"u8);
        writer.WriteKey("k");
        writer.WriteKey(new RedisKey("k"));
        writer.WriteKey([1]);
        writer.WriteKey((ReadOnlyMemory<byte>)new byte[] { 1 });
        writer.WriteArgument("text");
        writer.WriteArgument(new string('x', 20_000));
        writer.WriteArgument(new byte[3]);
        writer.WriteArgument(true);
        writer.WriteArgument(5);
        writer.WriteArgument(-5L);
        writer.WriteArgument(ulong.MaxValue);
        writer.WriteArgument(1.5);
        writer.WriteArgument(double.PositiveInfinity);
        writer.WriteArgument(1.5f);
        writer.WriteArgument(float.NegativeInfinity);
        writer.WriteArgument((RedisValue)7L);
        writer.WriteFormattable(Guid.Empty);
        writer.WriteSeconds(TimeSpan.FromSeconds(1));
        writer.WriteUnixMilliseconds(DateTimeOffset.UnixEpoch);
        writer.BeginArgument();
        writer.Append(1);
        writer.EndArgument();
        writer.BeginArgument();
        writer.EndKey();
        writer.BeginArgument();
        writer.EndKeyInSameSlot();
        writer.BeginArgument();
        writer.EndKey(0, 0);
        Assert.True(writer.IsWhole, $"{writer.Written} counted");
        writer.Release();
    }

    private static RequestWriter Write(NodeClient client, int arguments)
    {
        RequestWriter request = client.BeginRequest(3, "$3\r\nSET\r\n"u8);
        for (int i = 0; i < arguments; i++)
        {
            request.WriteArgument("secret");
        }

        return request;
    }

    private static async Task RefusedAsync(Func<Task> send)
    {
        InvalidOperationException refusal = await Assert.ThrowsAsync<InvalidOperationException>(send);
        Assert.Contains("SET announces 3", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }
}
