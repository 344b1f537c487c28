using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Connections that are open and dead.</summary>
public class HealthTests
{
    [Fact]
    public async Task Idle_connection_is_asked_for_a_sign_of_life()
    {
        (NodeClient client, MemoryTransport server) = await ConnectAsync();
        await using NodeClient disposing = client;
        for (int i = 0; i < 3; i++)
        {
            client.Time.Advance(TimeSpan.FromMilliseconds(9_900));
            Assert.False(server.HasUnread);
            client.Time.Advance(TimeSpan.FromMilliseconds(200));
            Assert.Equal(["PING"], await server.ReadCommandAsync());
            await AnswerAsync(client, server, "+PONG\r\n");
        }

        Assert.False(server.IsClosedByClient);
    }

    [Fact]
    public async Task Connection_in_use_is_not_asked()
    {
        (NodeClient client, MemoryTransport server) = await ConnectAsync();
        await using NodeClient disposing = client;
        for (int second = 0; second < 30; second += 6)
        {
            Task<string?> call = client.GetAsync("key").AsTask();
            Assert.Equal(["GET", "key"], await server.ReadCommandAsync());
            await AnswerAsync(client, server, "$-1\r\n");
            await call.InTime();
            client.Time.Advance(TimeSpan.FromSeconds(6));
        }

        Assert.False(server.HasUnread);
    }

    [Fact]
    public async Task Idle_connection_without_a_sign_of_life_is_closed()
    {
        (NodeClient client, MemoryTransport server) = await ConnectAsync();
        await using NodeClient disposing = client;
        client.Time.Advance(TimeSpan.FromMilliseconds(14_900));
        Assert.False(server.IsClosedByClient);
        client.Time.Advance(TimeSpan.FromMilliseconds(200));
        await Wait.UntilAsync(() => server.IsClosedByClient, "the connection to be closed");
        await Wait.UntilAsync(() => !client.Node.IsConnected, "the node to know");
        Assert.Equal(1, client.Network.Dials);
    }

    [Fact]
    public async Task Connection_that_misses_deadlines_in_silence_is_closed_and_what_may_be_repeated_goes_on()
    {
        (NodeClient client, MemoryTransport server) = await ConnectAsync();
        await using NodeClient disposing = client;
        Task<string?> first = client.GetAsync("first", Deadline.After(TimeSpan.FromSeconds(2))).AsTask();
        Task<string?> second = client.GetAsync("second", Deadline.After(TimeSpan.FromSeconds(60))).AsTask();
        Task<long> third = client.IncrAsync("third", Deadline.After(TimeSpan.FromSeconds(60))).AsTask();
        await server.ReadCommandsAsync(3);
        client.Time.Advance(TimeSpan.FromMilliseconds(4_900));
        await Assert.ThrowsAsync<RedisTimeoutException>(() => first.InTime());
        Assert.False(server.IsClosedByClient);
        client.Time.Advance(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => third.InTime());
        await client.AdvanceUntilAsync(() => client.Network.Dials == 2, "another connection");
        MemoryTransport renewed = await client.Network.AcceptAsync();
        await renewed.AcceptHandshakeAsync();
        Assert.Equal(["GET", "second"], await renewed.ReadCommandAsync());
        renewed.Reply("$1\r\nv\r\n");
        Assert.Equal("v", await second.InTime());
    }

    [Fact]
    public async Task Long_call_is_not_cut_because_others_miss_their_deadlines_behind_it()
    {
        (NodeClient client, MemoryTransport server) = await ConnectAsync();
        await using NodeClient disposing = client;
        Task<long> slow = client.IncrAsync("slow", Deadline.After(TimeSpan.FromSeconds(60))).AsTask();
        Task<string?> behind = client.GetAsync("behind", Deadline.After(TimeSpan.FromSeconds(1))).AsTask();
        client.Time.Advance(TimeSpan.FromSeconds(50));
        await Assert.ThrowsAsync<RedisTimeoutException>(() => behind.InTime());
        Assert.False(server.IsClosedByClient);
        await server.ReadCommandsAsync(2);
        server.Reply(":1\r\n$-1\r\n");
        Assert.Equal(1, await slow.InTime());
    }

    [Fact]
    public async Task Connection_from_which_something_comes_is_kept_though_deadlines_pass()
    {
        (NodeClient client, MemoryTransport server) = await ConnectAsync();
        await using NodeClient disposing = client;
        Task<string?>[] calls = [.. Enumerable.Range(0, 10).Select(i => client.GetAsync($"{i}", Deadline.After(TimeSpan.FromSeconds(1))).AsTask())];
        foreach (Task<string?> call in calls)
        {
            client.Time.Advance(TimeSpan.FromSeconds(4));
            await Assert.ThrowsAsync<RedisTimeoutException>(() => call.InTime());
            // The client has sent what is answered.
            await server.ReadCommandAsync();
            await AnswerAsync(client, server, "$-1\r\n");
        }

        Assert.False(server.IsClosedByClient);
    }

    [Fact]
    public async Task Connection_of_a_caller_is_asked_only_while_nobody_has_it()
    {
        await using NodeClient client = NodeClient.Create(Configure);
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport own = await client.Network.AcceptAsync();
        await own.AcceptHandshakeAsync();
        await own.ReadCommandAsync();
        client.Time.Advance(TimeSpan.FromSeconds(60));
        Assert.False(own.HasUnread);
        Assert.False(own.IsClosedByClient);
        own.Reply("*2\r\n$1\r\nq\r\n$1\r\nv\r\n");
        await blocked.InTime();
        client.Time.Advance(TimeSpan.FromMilliseconds(10_100));
        Assert.Equal(["PING"], await own.ReadCommandAsync());
        client.Time.Advance(TimeSpan.FromMilliseconds(5_100));
        await Wait.UntilAsync(() => own.IsClosedByClient, "the connection to be closed");
    }

    // The server would answer a PING behind a command of the caller's, such as MULTI, as part of what that has begun.
    [Fact]
    public async Task Connection_of_a_caller_is_never_asked_behind_his_own_command()
    {
        await using NodeClient client = NodeClient.Create(settings => Configure(settings) with { SilenceLimitMilliseconds = long.MaxValue });
        Task<string[]> first = client.BlockAsync("q").AsTask();
        MemoryTransport own = await client.Network.AcceptAsync();
        await own.AcceptHandshakeAsync();
        await own.ReadCommandAsync();
        own.Reply("*1\r\n+v\r\n");
        await first.InTime();
        int asked = 0;
        for (int i = 0; i < 1_000; i++)
        {
            int ready = 0;
            client.Time.Advance(TimeSpan.FromMilliseconds(9_980));
            Task ticking = Task.Run(() =>
            {
                Meet(ref ready);
                client.Time.Advance(TimeSpan.FromMilliseconds(60));
            });
            Meet(ref ready);
            // Each round a little later, so that the two meet everywhere.
            Thread.SpinWait(i % 250);
            Task<string[]> call = client.BlockAsync("q").AsTask();
            await ticking.InTime();
            string command = (await own.ReadCommandAsync())[0];
            if (command == "PING")
            {
                asked++;
                own.Reply("+PONG\r\n");
                command = (await own.ReadCommandAsync())[0];
            }

            Assert.Equal("BLPOP", command);
            Assert.False(own.HasUnread, $"Asked behind the caller's command in round {i}.");
            own.Reply("*1\r\n+v\r\n");
            await call.InTime();
        }

        Assert.NotEqual(0, asked);
        Assert.Equal(1, client.Network.Dials);
    }

    [Fact]
    public async Task Call_that_blocks_for_a_known_time_ends_when_its_reply_is_late()
    {
        await using NodeClient client = NodeClient.Create(Configure);
        Task<string[]> blocked = client.BlockForAsync("q", seconds: 2).AsTask();
        MemoryTransport own = await client.Network.AcceptAsync();
        await own.AcceptHandshakeAsync();
        await own.ReadCommandAsync();
        client.Time.Advance(TimeSpan.FromMilliseconds(6_900));
        Assert.False(blocked.IsCompleted);
        client.Time.Advance(TimeSpan.FromMilliseconds(200));
        RedisTimeoutException late = await Assert.ThrowsAsync<RedisTimeoutException>(() => blocked.InTime());
        Assert.True(late.MayHaveExecuted);
        await Wait.UntilAsync(() => own.IsClosedByClient, "the connection to be closed");
    }

    private static void Meet(ref int ready)
    {
        Interlocked.Increment(ref ready);
        while (Volatile.Read(ref ready) < 2)
        {
            Thread.SpinWait(1);
        }
    }

    private static Task<(NodeClient Client, MemoryTransport Server)> ConnectAsync() => NodeClient.ConnectAsync(Configure);

    private static ConnectionSettings Configure(ConnectionSettings settings) =>
        settings with { PingAfterMilliseconds = 10_000, SilenceLimitMilliseconds = 5_000 };

    // The reply has been read, and the next tick sees that.
    private static async Task AnswerAsync(NodeClient client, MemoryTransport server, string reply)
    {
        long before = client.Node.Counters!.Replies;
        server.Reply(reply);
        await Wait.UntilAsync(() => client.Node.Counters!.Replies > before, "the reply to be read");
        client.Time.Advance(TimeSpan.FromMilliseconds(20));
    }
}
