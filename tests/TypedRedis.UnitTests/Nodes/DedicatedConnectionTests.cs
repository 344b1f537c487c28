using System.Net.Sockets;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Nodes;

public class DedicatedConnectionTests
{
    private const string Popped = "*2\r\n$1\r\nq\r\n$1\r\nv\r\n";

    [Fact]
    public async Task Blocked_command_has_a_connection_that_no_other_command_uses()
    {
        (NodeClient client, MemoryTransport shared) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport own = await AcceptAsync(client);
        Assert.Equal("BLPOP q 0", string.Join(' ', await own.ReadCommandAsync()));
        Task<string?> other = client.GetAsync("k").AsTask();
        Assert.Equal("GET k", string.Join(' ', await shared.ReadCommandAsync()));
        shared.Reply("+v\r\n");
        Assert.Equal("v", await other.InTime());
        Assert.False(blocked.IsCompleted);
        own.Reply(Popped);
        Assert.Equal(["q", "v"], await blocked.InTime());
    }

    [Fact]
    public async Task Connection_used_last_is_used_first()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string[]> one = client.BlockAsync("a").AsTask();
        MemoryTransport first = await AcceptAsync(client);
        await first.ReadCommandAsync();
        Task<string[]> two = client.BlockAsync("b").AsTask();
        MemoryTransport second = await AcceptAsync(client);
        await second.ReadCommandAsync();
        second.Reply(Popped);
        await two.InTime();
        first.Reply(Popped);
        await one.InTime();
        Task<string[]> three = client.BlockAsync("c").AsTask();
        Assert.Equal("BLPOP c 0", string.Join(' ', await first.ReadCommandAsync()));
        first.Reply(Popped);
        await three.InTime();
        Assert.Equal(2, client.Network.Dials);
    }

    [Fact]
    public async Task Connection_that_was_dialled_before_the_node_was_left_is_not_used()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport early = await client.Network.AcceptAsync();
        client.Node.Leave();
        await early.AcceptHandshakeAsync();
        await Wait.UntilAsync(() => early.IsClosedByClient, "the connection to be closed");
        MemoryTransport own = await AcceptAsync(client);
        Assert.Equal("BLPOP q 0", string.Join(' ', await own.ReadCommandAsync()));
        own.Reply(Popped);
        Assert.Equal(["q", "v"], await blocked.InTime());
        Assert.Equal(2, client.Network.Dials);
    }

    [Fact]
    public async Task Connection_of_a_cancelled_call_is_closed_and_not_used_again()
    {
        await using NodeClient client = NodeClient.Create();
        using var cancel = new CancellationTokenSource();
        Task<string[]> blocked = client.BlockAsync("q", cancellationToken: cancel.Token).AsTask();
        MemoryTransport own = await AcceptAsync(client);
        await own.ReadCommandAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocked.InTime());
        await Wait.UntilAsync(() => own.IsClosedByClient, "the connection to be closed");
        Task<string[]> next = client.BlockAsync("q").AsTask();
        MemoryTransport another = await AcceptAsync(client);
        await another.ReadCommandAsync();
        another.Reply(Popped);
        Assert.Equal(["q", "v"], await next.InTime());
    }

    [Fact]
    public async Task Call_cancelled_before_its_connection_is_there_is_never_sent()
    {
        await using NodeClient client = NodeClient.Create();
        using var cancel = new CancellationTokenSource();
        Task<string[]> blocked = client.BlockAsync("gone", cancellationToken: cancel.Token).AsTask();
        MemoryTransport own = await client.Network.AcceptAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocked.InTime());
        await own.AcceptHandshakeAsync();
        await Wait.UntilAsync(() => client.Node.GetStatistics().Replies == 3, "the connection to be in the pool");
        Task<string[]> next = client.BlockAsync("q").AsTask();
        Assert.Equal("BLPOP q 0", string.Join(' ', await own.ReadCommandAsync()));
        own.Reply(Popped);
        await next.InTime();
    }

    [Fact]
    public async Task Deadline_closes_the_connection_and_without_one_a_call_blocks_for_long()
    {
        await using NodeClient client = NodeClient.Create(commandTimeout: TimeSpan.FromSeconds(5));
        Task<string[]> limited = client.BlockAsync("q", Deadline.After(TimeSpan.FromSeconds(60))).AsTask();
        MemoryTransport own = await AcceptAsync(client);
        await own.ReadCommandAsync();
        Task<string[]> unlimited = client.BlockAsync("r").AsTask();
        MemoryTransport other = await AcceptAsync(client);
        await other.ReadCommandAsync();
        client.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.False(limited.IsCompleted);
        client.Time.Advance(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAsync<RedisTimeoutException>(() => limited.InTime());
        await Wait.UntilAsync(() => own.IsClosedByClient, "the connection to be closed");
        client.Time.Advance(TimeSpan.FromHours(1));
        Assert.False(unlimited.IsCompleted);
        other.Reply(Popped);
        await unlimited.InTime();
    }

    [Fact]
    public async Task Server_that_cannot_be_reached_within_the_command_timeout_ends_the_call()
    {
        await using NodeClient client = NodeClient.Create(commandTimeout: TimeSpan.FromSeconds(5));
        client.Network.Dialling = (_, _) => throw new SocketException((int)SocketError.ConnectionRefused);
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        await client.AdvanceUntilAsync(() => blocked.IsCompleted, "the end of the call");
        var error = await Assert.ThrowsAsync<RedisTimeoutException>(() => blocked.InTime());
        Assert.False(error.MayHaveExecuted);
    }

    [Fact]
    public async Task Time_in_which_a_call_has_blocked_does_not_count_against_the_time_to_reach_a_server()
    {
        await using NodeClient client = NodeClient.Create(commandTimeout: TimeSpan.FromMilliseconds(500));
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport own = await AcceptAsync(client);
        for (int i = 0; i < 2; i++)
        {
            await own.ReadCommandAsync();
            client.Time.Advance(TimeSpan.FromMilliseconds(700));
            own.Reply("-UNBLOCKED force unblock from blocking operation, instance state changed\r\n");
            await Wait.UntilAsync(() => client.Retrying == 1 || blocked.IsCompleted, "the call to wait");
            client.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        await own.ReadCommandAsync();
        own.Reply(Popped);
        Assert.Equal(["q", "v"], await blocked.InTime());
    }

    [Fact]
    public async Task Attempt_that_fails_is_followed_by_another()
    {
        await using NodeClient client = NodeClient.Create();
        int attempts = 0;
        client.Network.Dialling = (_, _) => Interlocked.Increment(ref attempts) <= 2
            ? throw new SocketException((int)SocketError.ConnectionRefused)
            : Task.CompletedTask;
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        Task<MemoryTransport> accepting = client.Network.AcceptAsync();
        await client.AdvanceUntilAsync(() => accepting.IsCompleted, "the third attempt");
        MemoryTransport own = await accepting;
        await own.AcceptHandshakeAsync();
        await own.ReadCommandAsync();
        own.Reply(Popped);
        await blocked.InTime();
    }

    [Fact]
    public async Task Call_beyond_the_limit_fails_at_once_and_names_node_limit_and_option()
    {
        await using NodeClient client = NodeClient.Create(settings => settings with { MaxDedicatedConnections = 2 });
        Task<string[]> one = client.BlockAsync("a").AsTask();
        MemoryTransport first = await AcceptAsync(client);
        Task<string[]> two = client.BlockAsync("b").AsTask();
        var error = await Assert.ThrowsAsync<RedisConnectionLimitException>(() => client.BlockAsync("c").InTime());
        Assert.Equal(client.Node.Endpoint, error.Endpoint);
        Assert.Contains("all 2 ", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(RedisOptions.MaxDedicatedConnections), error.Message, StringComparison.Ordinal);
        await first.ReadCommandAsync();
        first.Reply(Popped);
        await Task.WhenAny(one, two).InTime();
        Task<string[]> three = client.BlockAsync("d").AsTask();
        Assert.False(three.IsFaulted);
    }

    [Fact]
    public async Task Call_that_goes_on_at_another_node_is_not_refused_there()
    {
        await using NodeClient full = NodeClient.Create(settings => settings with { MaxDedicatedConnections = 1 }, port: 7001);
        Task<string[]> there = full.BlockAsync("a").AsTask();
        MemoryTransport taken = await AcceptAsync(full);
        await taken.ReadCommandAsync();
        await using NodeClient client = NodeClient.Create(recovery: new GoOnAt(full.Node));
        Task<string[]> blocked = client.BlockReadAsync("s").AsTask();
        MemoryTransport own = await AcceptAsync(client);
        await own.ReadCommandAsync();
        own.Break();
        MemoryTransport another = await AcceptAsync(full);
        Assert.Equal("XREAD BLOCK 0 STREAMS s 0", string.Join(' ', await another.ReadCommandAsync()));
        await Assert.ThrowsAsync<RedisConnectionLimitException>(() => full.BlockAsync("c").InTime());
        another.Reply("*0\r\n");
        Assert.Empty(await blocked.InTime());
        Assert.False(there.IsCompleted);
    }

    [Fact]
    public async Task Calls_that_ended_while_they_waited_do_not_count()
    {
        await using NodeClient client = NodeClient.Create(settings => settings with { MaxDedicatedConnections = 1 });
        for (int i = 0; i < 10; i++)
        {
            using var cancel = new CancellationTokenSource();
            Task<string[]> call = client.BlockAsync("q", cancellationToken: cancel.Token).AsTask();
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
        }

        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport own = await AcceptAsync(client);
        await own.ReadCommandAsync();
        own.Reply(Popped);
        await blocked.InTime();
        Assert.Equal(1, client.Network.Dials);
    }

    [Fact]
    public async Task Cancellations_at_any_moment_leave_the_count_right()
    {
        await using NodeClient client = NodeClient.Create(settings => settings with { MaxDedicatedConnections = 4 });
        // The servers answer at once, so that replies and cancellations race.
        Task serving = ServeAsync(client, 2000);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; i < 500; i++)
            {
                using var cancel = new CancellationTokenSource();
                Task<string[]> call = client.BlockAsync("q", cancellationToken: cancel.Token).AsTask();
                if ((i + caller) % 3 == 0)
                {
                    await cancel.CancelAsync();
                }
                else if ((i + caller) % 3 == 1)
                {
                    _ = Task.Run(cancel.Cancel);
                }

                try
                {
                    Assert.Equal(["q", "v"], await call.InTime());
                }
                catch (OperationCanceledException)
                {
                    // That may be; being told of the limit may not.
                }
            }
        }))).InTime();
        Task<string[]>[] calls = [.. Enumerable.Range(0, 4).Select(_ => client.BlockAsync("q").AsTask())];
        await Task.WhenAll(calls).InTime();
        Assert.False(serving.IsFaulted);
    }

    [Fact]
    public async Task Connection_that_comes_back_serves_the_call_that_waits_for_a_new_one()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string[]> one = client.BlockAsync("a").AsTask();
        MemoryTransport first = await AcceptAsync(client);
        await first.ReadCommandAsync();
        Task<string[]> two = client.BlockAsync("b").AsTask();
        await client.Network.AcceptAsync();
        first.Reply(Popped);
        await one.InTime();
        Assert.Equal("BLPOP b 0", string.Join(' ', await first.ReadCommandAsync()));
        first.Reply(Popped);
        await two.InTime();
    }

    [Fact]
    public async Task Idle_connection_is_closed_after_half_a_minute()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport own = await AcceptAsync(client);
        await own.ReadCommandAsync();
        own.Reply(Popped);
        await blocked.InTime();
        client.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(own.IsClosedByClient);
        client.Time.Advance(TimeSpan.FromSeconds(2));
        await Wait.UntilAsync(() => own.IsClosedByClient, "the connection to be closed");
    }

    [Fact]
    public async Task Idle_connection_that_the_server_closed_is_not_used()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport own = await AcceptAsync(client);
        await own.ReadCommandAsync();
        own.Reply(Popped);
        await blocked.InTime();
        own.Close();
        await Wait.UntilAsync(() => own.IsClosedByClient, "the loss to be noticed");
        Task<string[]> next = client.BlockAsync("q").AsTask();
        MemoryTransport another = await AcceptAsync(client);
        await another.ReadCommandAsync();
        another.Reply(Popped);
        await next.InTime();
    }

    [Fact]
    public async Task Lost_pop_is_not_repeated()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport own = await AcceptAsync(client);
        await own.ReadCommandAsync();
        own.Break();
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => blocked.InTime());
        Assert.Equal(1, client.Network.Dials);
    }

    [Fact]
    public async Task Lost_read_is_repeated_on_another_connection()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string[]> blocked = client.BlockReadAsync("s").AsTask();
        MemoryTransport own = await AcceptAsync(client);
        await own.ReadCommandAsync();
        own.Break();
        MemoryTransport another = await AcceptAsync(client);
        Assert.Equal("XREAD BLOCK 0 STREAMS s 0", string.Join(' ', await another.ReadCommandAsync()));
        another.Reply("*0\r\n");
        Assert.Empty(await blocked.InTime());
    }

    // What is added between the two attempts would be missed, and nobody would know.
    [Fact]
    public async Task Lost_read_of_what_is_added_from_now_on_is_not_repeated()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string[]> blocked = client.BlockReadAsync("s", "$").AsTask();
        MemoryTransport own = await AcceptAsync(client);
        await own.ReadCommandAsync();
        own.Break();
        var unknown = await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => blocked.InTime());
        Assert.Contains("missed", unknown.Message, StringComparison.Ordinal);
        Assert.Equal(1, client.Network.Dials);
    }

    [Fact]
    public async Task Read_of_what_is_added_from_now_on_is_repeated_if_it_was_not_sent()
    {
        await using NodeClient client = NodeClient.Create();
        client.Network.Dialling = (_, _) => client.Network.Dials == 1 ? throw new SocketException((int)SocketError.ConnectionRefused) : Task.CompletedTask;
        Task<string[]> blocked = client.BlockReadAsync("s", "$").AsTask();
        Task<MemoryTransport> accepting = client.Network.AcceptAsync();
        await client.AdvanceUntilAsync(() => accepting.IsCompleted, "the second attempt");
        MemoryTransport own = await accepting;
        await own.AcceptHandshakeAsync();
        Assert.Equal("XREAD BLOCK 0 STREAMS s $", string.Join(' ', await own.ReadCommandAsync()));
        own.Reply("*0\r\n");
        Assert.Empty(await blocked.InTime());
    }

    [Fact]
    public async Task Error_of_the_server_leaves_the_connection_in_use()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport own = await AcceptAsync(client);
        await own.ReadCommandAsync();
        own.Reply("-WRONGTYPE no list\r\n");
        await Assert.ThrowsAsync<RedisServerException>(() => blocked.InTime());
        Task<string[]> next = client.BlockAsync("r").AsTask();
        Assert.Equal("BLPOP r 0", string.Join(' ', await own.ReadCommandAsync()));
        own.Reply(Popped);
        await next.InTime();
    }

    [Fact]
    public async Task Reply_of_another_type_leaves_the_connection_in_use()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport own = await AcceptAsync(client);
        await own.ReadCommandAsync();
        own.Reply(":1\r\n");
        await Assert.ThrowsAsync<RedisReplyException>(() => blocked.InTime());
        Task<string[]> next = client.BlockAsync("r").AsTask();
        Assert.Equal("BLPOP r 0", string.Join(' ', await own.ReadCommandAsync()));
        own.Reply(Popped);
        await next.InTime();
    }

    [Fact]
    public async Task Disposal_ends_blocked_and_waiting_calls()
    {
        NodeClient client = NodeClient.Create();
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport own = await AcceptAsync(client);
        await own.ReadCommandAsync();
        Task<string[]> waiting = client.BlockAsync("r").AsTask();
        await client.Network.AcceptAsync();
        await client.DisposeAsync().InTime();
        // It may have got an element.
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => blocked.InTime());
        await Assert.ThrowsAsync<RedisConnectionException>(() => waiting.InTime());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.BlockAsync("s").InTime());
        Assert.True(own.IsClosedByClient);
    }

    [Fact]
    public async Task Reply_goes_into_the_buffer_of_the_caller()
    {
        await using NodeClient client = NodeClient.Create();
        byte[] buffer = new byte[4];
        Task<int> blocked = client.BlockMoveAsync("a", "b", buffer).AsTask();
        MemoryTransport own = await AcceptAsync(client);
        await own.ReadCommandAsync();
        own.Reply("$3\r\nabc\r\n");
        Assert.Equal(3, await blocked.InTime());
        Assert.Equal("abc"u8, buffer.AsSpan(0, 3));
        Task<int> tooLong = client.BlockMoveAsync("a", "b", buffer).AsTask();
        await own.ReadCommandAsync();
        own.Reply("$5\r\nabcde\r\n");
        await Assert.ThrowsAsync<RedisReplyException>(() => tooLong.InTime());
    }

    [Fact]
    public async Task Command_about_its_own_connection_is_refused_where_it_has_none()
    {
        await using NodeClient client = NodeClient.Create();
        var error = await Assert.ThrowsAsync<RedisSessionException>(() => client.WaitAsync().InTime());
        Assert.Equal("WAIT", error.Command);
        Assert.Equal(0, client.Network.Dials);
    }

    // Accepts every connection and answers every pop.
    private static async Task ServeAsync(NodeClient client, int most)
    {
        for (int i = 0; i < most; i++)
        {
            MemoryTransport server = await client.Network.AcceptAsync();
            _ = Task.Run(async () =>
            {
                await server.AcceptHandshakeAsync();
                while (!server.IsClosedByClient)
                {
                    await server.ReadCommandAsync();
                    server.Reply(Popped);
                }
            });
        }
    }

    private sealed class GoOnAt(NodeConnection node) : RetryByClass
    {
        public override bool TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source)
        {
            node.SendAgain(request);
            return true;
        }
    }

    private static async Task<MemoryTransport> AcceptAsync(NodeClient client)
    {
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        return server;
    }
}
