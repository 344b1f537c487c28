using System.Net.Sockets;
using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

public class LossTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Commands_that_may_be_repeated_are_sent_again_in_their_order(bool broken)
    {
        (NodeClient client, MemoryTransport first) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<string?> get = client.GetAsync("a").AsTask();
        Task set = client.SetAsync("b", "1").AsTask();
        Task<string?> last = client.GetAsync("c").AsTask();
        await first.ReadCommandsAsync(3);
        first.Reply("+A\r\n");
        Assert.Equal("A", await get.InTime());
        End(first, broken);

        MemoryTransport second = await ReconnectAsync(client);
        Assert.Equal(["SET b 1", "GET c"], await second.ReadCommandsAsync(2));
        second.Reply("+OK\r\n+C\r\n");
        await set.InTime();
        Assert.Equal("C", await last.InTime());
        Assert.True(first.IsClosedByClient);
    }

    [Fact]
    public async Task Command_that_may_not_be_repeated_fails_with_outcome_unknown()
    {
        (NodeClient client, MemoryTransport first) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<long> incr = client.IncrAsync("foo").AsTask();
        Task<string?> get = client.GetAsync("b").AsTask();
        await first.ReadCommandsAsync(2);
        first.Break();
        RedisOutcomeUnknownException failure = await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => incr.InTime());
        Assert.Equal("INCR", failure.Command);
        Assert.Equal(new RedisEndpoint("test", 7000), failure.Endpoint);
        MemoryTransport second = await ReconnectAsync(client);
        Assert.Equal("GET b", Assert.Single(await second.ReadCommandsAsync(1)));
        second.Reply("+B\r\n");
        Assert.Equal("B", await get.InTime());
        Assert.False(second.HasUnread);
    }

    [Fact]
    public async Task Commands_of_which_no_byte_was_given_away_are_sent_again_whatever_they_are()
    {
        (NodeClient client, MemoryTransport first) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        int sends = first.Sends.Length;
        first.HoldSends();
        Task<long> given = client.IncrAsync("given").AsTask();
        await Wait.UntilAsync(() => first.Sends.Length > sends, "the send");
        Task<long> kept = client.IncrAsync("kept").AsTask();
        first.Break();
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => given.InTime());
        MemoryTransport second = await ReconnectAsync(client);
        Assert.Equal("INCR kept", Assert.Single(await second.ReadCommandsAsync(1)));
        second.Reply(":1\r\n");
        Assert.Equal(1, await kept.InTime());
    }

    [Fact]
    public async Task Recovered_commands_go_before_new_ones()
    {
        (NodeClient client, MemoryTransport first) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<string?>[] old = [.. Enumerable.Range(0, 50).Select(i => client.GetAsync($"old{i}").AsTask())];
        await first.ReadCommandsAsync(50);
        var mayDial = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Network.Dialling = (_, _) => mayDial.Task;
        first.Break();
        Task<string?>[] young = [.. Enumerable.Range(0, 50).Select(i => client.GetAsync($"new{i}").AsTask())];
        mayDial.SetResult();
        MemoryTransport second = await ReconnectAsync(client);
        string[] commands = await second.ReadCommandsAsync(100);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"GET old{i}"), commands.Where(command => command.Contains("old", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"GET new{i}"), commands.Where(command => command.Contains("new", StringComparison.Ordinal)));
        Assert.Equal("GET old0", commands[0]);
        Assert.Equal("GET new49", commands[99]);
        second.Reply(string.Concat(commands.Select(command => $"+{command[4..]}\r\n")));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"old{i}"), await Task.WhenAll(old).InTime());
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"new{i}"), await Task.WhenAll(young).InTime());
    }

    [Fact]
    public async Task Commands_given_back_by_a_failed_attempt_keep_their_place_before_new_ones()
    {
        // The recovery of the first of them is the moment at which a new command arrives.
        NodeClient? client = null;
        Task<string?>? young = null;
        var recovery = new OnRecovery(() => young ??= client!.GetAsync("new").AsTask());
        client = NodeClient.Create(recovery: recovery);
        await using NodeClient _ = client;
        int attempts = 0;
        client.Network.Dialling = (_, _) => Interlocked.Increment(ref attempts) == 1
            ? throw new SocketException((int)SocketError.ConnectionRefused)
            : Task.CompletedTask;
        Task<string?>[] old = [.. Enumerable.Range(0, 3).Select(i => client.GetAsync($"old{i}").AsTask())];
        MemoryTransport server = await ReconnectAsync(client);
        Assert.Equal(["GET old0", "GET old1", "GET old2", "GET new"], await server.ReadCommandsAsync(4));
        server.Reply("+0\r\n+1\r\n+2\r\n+n\r\n");
        Assert.Equal((string?[])["0", "1", "2"], await Task.WhenAll(old).InTime());
        Assert.Equal("n", await young!.InTime());
    }

    [Fact]
    public async Task Attempts_wait_longer_each_time_by_the_clock()
    {
        await using NodeClient client = NodeClient.Create();
        using var mayFail = new SemaphoreSlim(1);
        client.Network.Dialling = async (_, cancellationToken) =>
        {
            // Time stands still between the start and the end of an attempt.
            await mayFail.WaitAsync(cancellationToken);
            throw new SocketException((int)SocketError.ConnectionRefused);
        };
        Task<string?> call = client.GetAsync("k").AsTask();
        await WaitForDelayAsync(client, dials: 1);
        // 50 ms doubled at each failure, at most 1 s; half of it is random.
        TimeSpan longest = TimeSpan.FromMilliseconds(50);
        for (int dials = 1; dials <= 8; dials++)
        {
            client.Time.Advance((longest / 2) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(dials, client.Network.Dials);
            client.Time.Advance((longest / 2) + TimeSpan.FromMilliseconds(1));
            await Wait.UntilAsync(() => client.Network.Dials == dials + 1, "the next attempt");
            mayFail.Release();
            await WaitForDelayAsync(client, dials + 1);
            longest = TimeSpan.FromMilliseconds(Math.Min(1000, longest.TotalMilliseconds * 2));
        }

        Assert.False(call.IsCompleted);
        client.Network.Dialling = null;
        client.Time.Advance(TimeSpan.FromSeconds(1));
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        await server.ReadCommandAsync();
        server.Reply("+v\r\n");
        Assert.Equal("v", await call.InTime());
    }

    [Fact]
    public async Task Server_that_hangs_up_after_each_set_up_is_not_dialled_in_a_hurry()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string?> call = client.GetAsync("k").AsTask();
        for (int i = 0; i < 4; i++)
        {
            MemoryTransport server = await client.Network.AcceptAsync();
            await server.AcceptHandshakeAsync();
            await server.ReadCommandAsync();
            server.Close();
            await WaitForDelayAsync(client, i + 1);
            client.Time.Advance(TimeSpan.FromSeconds(1));
        }

        MemoryTransport last = await ReconnectAsync(client);
        await last.ReadCommandAsync();
        last.Reply("+v\r\n");
        Assert.Equal("v", await call.InTime());
    }

    [Fact]
    public async Task Server_that_hangs_up_after_each_call_it_has_answered_is_dialled_for_the_next_one_at_once()
    {
        await using NodeClient client = NodeClient.Create();
        for (int i = 0; i < 4; i++)
        {
            Task<string?> call = client.GetAsync("key").AsTask();
            // The clock stands still.
            MemoryTransport server = await client.Network.AcceptAsync();
            await server.AcceptHandshakeAsync();
            await server.ReadCommandAsync();
            server.Reply("+value\r\n");
            Assert.Equal("value", await call.InTime());
            server.Break();
            await Wait.UntilAsync(() => !client.Node.IsConnected, "the loss to be seen");
        }
    }

    [Fact]
    public async Task Server_that_hangs_up_right_behind_the_set_up_loses_no_command()
    {
        await using NodeClient client = NodeClient.Create();
        for (int round = 0; round < 50; round++)
        {
            Task<string?> call = client.GetAsync("k").AsTask();
            MemoryTransport server = await ReconnectAsync(client, hangUp: true);
            MemoryTransport next = await ReconnectAsync(client);
            await next.ReadCommandAsync();
            next.Reply("+v\r\n");
            Assert.Equal("v", await call.InTime());
            next.Close();
            await Wait.UntilAsync(() => !client.Node.IsConnected, "the loss");
        }
    }

    [Fact]
    public async Task Two_ways_to_connect_at_once_leave_one_connection()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string?> call = client.GetAsync("k").AsTask();
        MemoryTransport byCommand = await client.Network.AcceptAsync();
        Task connecting = client.Node.ConnectAsync(CancellationToken.None);
        MemoryTransport byHand = await client.Network.AcceptAsync();
        await byHand.AcceptHandshakeAsync();
        await connecting.InTime();
        Assert.Equal("GET k", Assert.Single(await byHand.ReadCommandsAsync(1)));
        await byCommand.AcceptHandshakeAsync();
        await Wait.UntilAsync(() => byCommand.IsClosedByClient, "the second connection to be closed");
        Assert.False(byHand.IsClosedByClient);
        byHand.Reply("+v\r\n");
        Assert.Equal("v", await call.InTime());
    }

    // Lets the clock run, since further attempts wait.
    private static async Task<MemoryTransport> ReconnectAsync(NodeClient client, bool hangUp = false)
    {
        Task<MemoryTransport> accepting = client.Network.AcceptAsync();
        await client.AdvanceUntilAsync(() => accepting.IsCompleted, "a connection");
        MemoryTransport server = await accepting;
        await server.AcceptHandshakeAsync();
        if (hangUp)
        {
            server.Close();
        }

        return server;
    }

    private static Task WaitForDelayAsync(NodeClient client, int dials) =>
        Wait.UntilAsync(() => client.Network.Dials == dials && client.Time.PendingOnce == 1, $"the delay after attempt {dials}");

    private static void End(MemoryTransport server, bool broken)
    {
        if (broken)
        {
            server.Break();
        }
        else
        {
            server.Close();
        }
    }

    /// <summary>Does something the first time that it is asked.</summary>
    private sealed class OnRecovery(Action first) : RetryByClass
    {
        public override bool TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source)
        {
            first();
            return base.TryRecoverFromLoss(request, loss, source);
        }
    }
}
