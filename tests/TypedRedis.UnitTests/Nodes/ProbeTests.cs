using TypedRedis.Connections;
using TypedRedis.Execution;
using TypedRedis.Nodes;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Nodes;

/// <summary>A node that the cluster does not count on any more is asked whether it works.</summary>
public class ProbeTests
{
    [Fact]
    public async Task Node_that_answers_is_kept()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<long> call = client.IncrAsync("key").AsTask();
        client.Node.Probe();
        Assert.Equal(["INCR key", "PING"], await server.ReadCommandsAsync(2));
        client.Time.Advance(TimeSpan.FromMilliseconds(180));
        server.Reply(":1\r\n+PONG\r\n");
        Assert.Equal(1, await call.InTime());
        client.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(server.IsClosedByClient);
    }

    [Fact]
    public async Task Error_is_an_answer()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        client.Node.Probe();
        await server.ReadCommandAsync();
        server.Reply("-NOPERM this user has no permissions to run the 'ping' command\r\n");
        await Wait.UntilAsync(() => client.Node.IsIdle, "the answer to be read");
        client.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(server.IsClosedByClient);
    }

    [Fact]
    public async Task Reply_of_another_type_is_an_answer()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        client.Node.Probe();
        Task<long> call = client.IncrAsync("key").AsTask();
        Assert.Equal(["PING", "INCR key"], await server.ReadCommandsAsync(2));
        server.Reply("*0\r\n");
        await Wait.UntilAsync(() => !client.Node.IsProbing, "the end of the probe");
        server.Reply(":1\r\n");
        Assert.Equal(1, await call.InTime());
        // It was asked nothing more, though a call was under way when it answered.
        Assert.True(client.Node.IsIdle);
        Assert.False(server.IsClosedByClient);
    }

    [Fact]
    public async Task Slow_node_is_kept_as_long_as_anything_comes()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<long>[] calls = [.. Enumerable.Range(0, 10).Select(_ => client.IncrAsync("key").AsTask())];
        client.Node.Probe();
        await server.ReadCommandsAsync(11);
        for (int i = 0; i < calls.Length; i++)
        {
            client.Time.Advance(TimeSpan.FromMilliseconds(180));
            server.Reply($":{i}\r\n");
            Assert.Equal(i, await calls[i].InTime());
        }

        client.Time.Advance(TimeSpan.FromMilliseconds(180));
        server.Reply("+PONG\r\n");
        await Wait.UntilAsync(() => client.Node.IsIdle, "the answer to be read");
        client.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(server.IsClosedByClient);
    }

    [Fact]
    public async Task Suspension_of_this_process_is_not_silence_of_the_node_even_before_the_next_tick()
    {
        NodeConnection? node = null;
        long silence = -1;
        var time = new ManualTimeProvider();
        var clock = new Clock(time);
        // Due before the first tick afterwards.
        using ITimer looking = time.CreateTimer(_ => silence = node!.SilentFor(clock.Now), null, TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync(settings => settings with { Clock = clock });
        await using NodeClient disposing = client;
        node = client.Node;
        Task<long> call = client.IncrAsync("key").AsTask();
        Assert.Equal(["INCR", "key"], await server.ReadCommandAsync());
        time.Advance(TimeSpan.FromMilliseconds(100));
        time.Suspend(TimeSpan.FromSeconds(10));
        Assert.InRange(silence, 60, 100);
        server.Reply(":1\r\n");
        Assert.Equal(1, await call.InTime());
    }

    [Fact]
    public async Task Connection_that_is_left_while_the_node_is_given_up_is_closed_too()
    {
        var recovery = new ActingRecovery();
        (NodeClient client, MemoryTransport first) = await NodeClient.ConnectAsync(recovery: recovery);
        await using NodeClient disposing = client;
        Task<long> owed = client.IncrAsync("key").AsTask();
        await first.ReadCommandAsync();
        client.Node.Leave();
        Task<long> next = client.IncrAsync("key").AsTask();
        MemoryTransport second = await client.Network.AcceptAsync();
        await second.AcceptHandshakeAsync();
        await second.ReadCommandAsync();
        recovery.OnLoss = client.Node.Leave;
        await client.Node.GiveUpAsync(new RedisConnectionException("Given up.") { Endpoint = client.Node.Endpoint }).InTime();
        Assert.True(first.IsClosedByClient);
        Assert.True(second.IsClosedByClient);
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => owed.InTime());
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => next.InTime());
    }

    [Fact]
    public async Task Node_that_falls_silent_behind_its_first_replies_is_given_up()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<long> first = client.IncrAsync("key").AsTask();
        Task<long> second = client.IncrAsync("key").AsTask();
        client.Node.Probe();
        await server.ReadCommandsAsync(3);
        client.Time.Advance(TimeSpan.FromMilliseconds(100));
        server.Reply(":1\r\n");
        Assert.Equal(1, await first.InTime());
        client.Time.Advance(TimeSpan.FromMilliseconds(180));
        Assert.False(server.IsClosedByClient);
        client.Time.Advance(TimeSpan.FromMilliseconds(60));
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => second.InTime());
        Assert.True(server.IsClosedByClient);
    }

    [Fact]
    public async Task Node_whose_connection_is_lost_while_it_is_asked_is_asked_again()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<string?> call = client.GetAsync("key").AsTask();
        client.Node.Probe();
        await server.ReadCommandsAsync(2);
        server.Break();
        // No more time than that passes: the node is given up if it is silent for long.
        await Wait.UntilAsync(() => client.Time.PendingOnce == 1, "the pause before the next attempt");
        client.Time.Advance(TimeSpan.FromMilliseconds(50));
        MemoryTransport renewed = await client.Network.AcceptAsync();
        await renewed.AcceptHandshakeAsync();
        Assert.Equal(["GET key", "PING"], await renewed.ReadCommandsAsync(2));
        renewed.Reply("+value\r\n+PONG\r\n");
        Assert.Equal("value", await call.InTime());
    }

    [Fact]
    public async Task Node_whose_answer_lies_unread_since_this_process_slept_is_kept()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<long> call = client.IncrAsync("key").AsTask();
        client.Node.Probe();
        await server.ReadCommandsAsync(2);
        client.Time.Advance(TimeSpan.FromMilliseconds(180));
        client.Time.Suspend(TimeSpan.FromSeconds(5));
        client.Time.Advance(TimeSpan.FromMilliseconds(180));
        Task<string?> later = client.GetAsync("key").AsTask();
        Assert.Equal(["GET key"], await server.ReadCommandsAsync(1));
        server.Reply(":1\r\n+PONG\r\n+value\r\n");
        Assert.Equal(1, await call.InTime());
        Assert.Equal("value", await later.InTime());
        client.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(server.IsClosedByClient);
    }

    [Fact]
    public async Task Node_that_stays_silent_after_this_process_slept_is_given_up()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<long> call = client.IncrAsync("key").AsTask();
        client.Node.Probe();
        await server.ReadCommandsAsync(2);
        client.Time.Suspend(TimeSpan.FromSeconds(5));
        client.Time.Advance(TimeSpan.FromMilliseconds(240));
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => call.InTime());
    }

    [Fact]
    public async Task Silent_node_is_given_up_within_a_quarter_of_a_second()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<long> once = client.IncrAsync("key").AsTask();
        Task<string?> again = client.GetAsync("key").AsTask();
        client.Node.Probe();
        client.Time.Advance(TimeSpan.FromMilliseconds(180));
        Assert.False(server.IsClosedByClient);
        client.Time.Advance(TimeSpan.FromMilliseconds(60));
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => once.InTime());
        Assert.True(server.IsClosedByClient);
        await client.AdvanceUntilAsync(() => client.Network.Dials == 2, "another connection");
        MemoryTransport renewed = await client.Network.AcceptAsync();
        await renewed.AcceptHandshakeAsync();
        Assert.Equal("GET key", string.Join(' ', await renewed.ReadCommandAsync()));
        renewed.Reply("$5\r\nvalue\r\n");
        Assert.Equal("value", await again.InTime());
    }

    [Fact]
    public async Task Node_that_was_silent_for_long_is_given_up_sooner()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<long> call = client.IncrAsync("key").AsTask();
        client.Time.Advance(TimeSpan.FromMilliseconds(1_040));
        client.Node.Probe();
        client.Time.Advance(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => call.InTime());
        Assert.True(server.IsClosedByClient);
    }

    [Fact]
    public async Task Node_that_was_silent_for_less_than_a_second_may_take_its_time()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<long> call = client.IncrAsync("key").AsTask();
        client.Time.Advance(TimeSpan.FromMilliseconds(900));
        client.Node.Probe();
        await server.ReadCommandsAsync(2);
        client.Time.Advance(TimeSpan.FromMilliseconds(180));
        Assert.False(server.IsClosedByClient);
        server.Reply(":1\r\n+PONG\r\n");
        Assert.Equal(1, await call.InTime());
    }

    [Fact]
    public async Task Node_that_held_its_clients_up_until_its_successor_was_ready_is_kept()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<long> call = client.IncrAsync("key").AsTask();
        client.Time.Advance(TimeSpan.FromSeconds(4));
        client.Node.Probe();
        await server.ReadCommandsAsync(2);
        client.Time.Advance(TimeSpan.FromMilliseconds(40));
        server.Reply("-ERR moved away\r\n+PONG\r\n");
        await Assert.ThrowsAsync<RedisServerException>(() => call.InTime());
        await Wait.UntilAsync(() => client.Node.IsIdle, "the answer to be read");
        client.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(server.IsClosedByClient);
    }

    [Fact]
    public async Task Node_that_was_silent_for_long_is_not_blamed_for_a_moment_in_which_this_process_was_held_up()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<long> call = client.IncrAsync("key").AsTask();
        client.Time.Advance(TimeSpan.FromSeconds(4));
        client.Node.Probe();
        await server.ReadCommandsAsync(2);
        client.Time.Advance(TimeSpan.FromMilliseconds(40));
        client.Time.Suspend(TimeSpan.FromMilliseconds(60));
        client.Time.Advance(TimeSpan.FromMilliseconds(40));
        Assert.False(server.IsClosedByClient);
        server.Reply(":1\r\n+PONG\r\n");
        Assert.Equal(1, await call.InTime());
    }

    [Fact]
    public async Task What_waits_for_room_on_a_silent_node_goes_to_the_recovery_too()
    {
        var elsewhere = new Elsewhere();
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync(settings => settings with { MaxInFlightBytes = 200 }, elsewhere);
        await using NodeClient disposing = client;
        Task<string?>[] calls = [.. Enumerable.Range(0, 20).Select(i => client.GetAsync($"key:{i:D2}").AsTask())];
        client.Node.Probe();
        client.Time.Advance(TimeSpan.FromMilliseconds(240));
        await Wait.UntilAsync(() => elsewhere.Count == calls.Length, "all calls to go elsewhere");
        Assert.True(server.IsClosedByClient);
        Assert.Equal(1, client.Network.Dials);
        foreach (Task<string?> call in calls)
        {
            await Assert.ThrowsAsync<RedisConnectionException>(() => call.InTime());
        }
    }

    [Fact]
    public async Task Node_that_answers_is_kept_though_no_further_call_may_wait_for_it()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync(settings => settings with { MaxInFlightBytes = 200, MaxWaitingCommands = 2 });
        await using NodeClient disposing = client;
        Task<string?>[] calls = [.. Enumerable.Range(0, 11).Select(i => client.GetAsync($"key:{i:D2}").AsTask())];
        await Assert.ThrowsAsync<RedisQueueFullException>(() => calls[10].InTime());
        client.Node.Probe();
        await server.ReadCommandsAsync(8);
        server.Reply(string.Concat(Enumerable.Repeat("+old\r\n", 8)));
        Assert.Equal(["GET key:08", "GET key:09", "PING"], await server.ReadCommandsAsync(3));
        server.Reply("+old\r\n+old\r\n+PONG\r\n");
        await Task.WhenAll(calls[..10]).InTime();
        client.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(server.IsClosedByClient);
    }

    [Fact]
    public async Task What_waits_for_room_on_a_node_that_is_forgotten_goes_to_the_recovery_too()
    {
        var elsewhere = new Elsewhere();
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync(settings => settings with { MaxInFlightBytes = 200 }, elsewhere);
        await using NodeClient disposing = client;
        Task<string?>[] calls = [.. Enumerable.Range(0, 20).Select(i => client.GetAsync($"key:{i:D2}").AsTask())];
        await client.Node.RetireAsync().InTime();
        Assert.True(server.IsClosedByClient);
        await Assert.ThrowsAsync<RedisConnectionException>(() => Task.WhenAll(calls).InTime());
        Assert.Equal(calls.Length, elsewhere.Count);
    }

    [Fact]
    public async Task Call_that_blocks_on_a_silent_node_is_told_at_once()
    {
        (NodeClient client, MemoryTransport shared) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport own = await client.Network.AcceptAsync();
        await own.AcceptHandshakeAsync();
        await own.ReadCommandAsync();
        Assert.True(client.Node.IsInUse);
        client.Node.Probe();
        await shared.ReadCommandAsync();
        client.Time.Advance(TimeSpan.FromMilliseconds(240));
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => blocked.InTime());
        Assert.True(own.IsClosedByClient);
        await Wait.UntilAsync(() => !client.Node.IsInUse, "nothing to be under way");
    }

    [Fact]
    public async Task Call_that_blocks_on_a_node_that_answers_goes_on()
    {
        (NodeClient client, MemoryTransport shared) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport own = await client.Network.AcceptAsync();
        await own.AcceptHandshakeAsync();
        await own.ReadCommandAsync();
        client.Node.Probe();
        await shared.ReadCommandAsync();
        shared.Reply("+PONG\r\n");
        await Wait.UntilAsync(() => client.Node.IsIdle, "the answer to be read");
        client.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(own.IsClosedByClient);
        own.Reply("*2\r\n$1\r\nq\r\n$1\r\nv\r\n");
        Assert.Equal(["q", "v"], await blocked.InTime());
    }

    // Counts what comes, as if another node served it.
    private sealed class Elsewhere : RetryByClass
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public override bool TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source)
        {
            if (request.Command.IsForOneNode)
            {
                return false;
            }

            Interlocked.Increment(ref _count);
            request.Fail(new RedisConnectionException("Elsewhere."));
            return true;
        }
    }

    // Does something when a loss is reported.
    private sealed class ActingRecovery : RetryByClass
    {
        public Action? OnLoss { get; set; }

        public override bool TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source)
        {
            OnLoss?.Invoke();
            return base.TryRecoverFromLoss(request, loss, source);
        }
    }
}
