using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Nodes;

public class DialAnewTests
{
    private const string Popped = "*2\r\n$1\r\nq\r\n$1\r\nv\r\n";

    [Fact]
    public async Task What_is_in_flight_is_answered_by_the_old_connection_and_the_rest_by_a_new_one()
    {
        (NodeClient client, MemoryTransport old) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<long> before = client.IncrAsync("before").AsTask();
        client.Time.Advance(TimeSpan.FromSeconds(1));
        client.Node.DialAnew();
        Task<string?> after = client.GetAsync("after").AsTask();
        MemoryTransport renewed = await client.Network.AcceptAsync();
        await renewed.AcceptHandshakeAsync();
        await renewed.ReadCommandAsync();
        renewed.Reply("$3\r\nnew\r\n");
        Assert.Equal("new", await after.InTime());

        client.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(old.IsClosedByClient);
        old.Reply(":7\r\n");
        Assert.Equal(7, await before.InTime());
        await client.AdvanceUntilAsync(() => old.IsClosedByClient, "the old connection to be closed");
        Assert.False(renewed.IsClosedByClient);
        Assert.Equal(2, client.Network.Dials);
    }

    [Fact]
    public async Task Shared_connection_that_was_being_dialled_when_the_node_was_left_is_not_used()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport own = await client.Network.AcceptAsync();
        await own.AcceptHandshakeAsync();
        await own.ReadCommandAsync();
        own.Reply(Popped);
        await blocked.InTime();
        client.Time.Advance(TimeSpan.FromSeconds(1));
        Task<string?> call = client.GetAsync("key").AsTask();
        MemoryTransport early = await client.Network.AcceptAsync();
        client.Node.DialAnew();
        await early.AcceptHandshakeAsync();
        MemoryTransport renewed = await client.Network.AcceptAsync();
        await renewed.AcceptHandshakeAsync();
        await renewed.ReadCommandAsync();
        renewed.Reply("+new\r\n");
        Assert.Equal("new", await call.InTime());
        Assert.True(early.IsClosedByClient);
    }

    [Fact]
    public async Task What_waits_for_room_does_not_wait_for_the_end_of_the_old_connection()
    {
        (NodeClient client, MemoryTransport old) = await NodeClient.ConnectAsync(settings => settings with { MaxInFlightBytes = 200 });
        await using NodeClient disposing = client;
        client.Time.Advance(TimeSpan.FromSeconds(1));
        Task<string?>[] calls = [.. Enumerable.Range(0, 9).Select(i => client.GetAsync($"key:{i:D2}").AsTask())];
        await old.ReadCommandsAsync(8);
        client.Node.DialAnew();
        MemoryTransport renewed = await client.Network.AcceptAsync();
        await renewed.AcceptHandshakeAsync();
        Assert.Equal(["GET key:08"], await renewed.ReadCommandsAsync(1));
        renewed.Reply("+new\r\n");
        Assert.Equal("new", await calls[8].InTime());
        old.Reply(string.Concat(Enumerable.Repeat("+old\r\n", 8)));
        await Task.WhenAll(calls).InTime();
    }

    [Fact]
    public async Task Connection_made_a_moment_ago_is_not_left_for_what_the_old_one_still_answers()
    {
        (NodeClient client, MemoryTransport old) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        client.Time.Advance(TimeSpan.FromSeconds(1));
        client.Node.DialAnew();
        Task<string?> after = client.GetAsync("after").AsTask();
        MemoryTransport renewed = await client.Network.AcceptAsync();
        await renewed.AcceptHandshakeAsync();
        client.Node.DialAnew();
        await renewed.ReadCommandAsync();
        renewed.Reply("$3\r\nnew\r\n");
        Assert.Equal("new", await after.InTime());
        Assert.True(client.Node.IsConnected);
        Assert.Equal(2, client.Network.Dials);
        Assert.False(old.IsClosedByClient);
    }

    [Fact]
    public async Task Name_is_looked_up_less_and_less_often_while_nothing_changes()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        client.Time.Advance(TimeSpan.FromSeconds(60));
        var leftAt = new List<TimeSpan>();
        for (int i = 0; i < 1_000 && leftAt.Count < 8; i++)
        {
            client.Time.Advance(TimeSpan.FromMilliseconds(20));
            client.Node.DialAnew();
            if (client.Node.IsConnected)
            {
                continue;
            }

            leftAt.Add(TimeSpan.FromTicks(client.Time.GetTimestamp()));
            MemoryTransport left = server;
            Task<string?> call = client.GetAsync("key").AsTask();
            server = await client.Network.AcceptAsync();
            await server.AcceptHandshakeAsync();
            await server.ReadCommandAsync();
            server.Reply("$3\r\nold\r\n");
            await call.InTime();
            client.Time.Advance(TimeSpan.FromMilliseconds(260));
            await Wait.UntilAsync(() => left.IsClosedByClient && !client.Node.IsInUse, "the old connection to be closed");
        }

        Assert.Equal(8, leftAt.Count);
        Assert.InRange((leftAt[1] - leftAt[0]).TotalMilliseconds, 250, 320);
        Assert.InRange((leftAt[^1] - leftAt[^2]).TotalMilliseconds, 2_000, 2_060);
    }

    [Fact]
    public async Task One_slow_reply_does_not_keep_the_node_from_being_dialled_anew_again()
    {
        (NodeClient client, MemoryTransport old) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        Task<long> slow = client.IncrAsync("slow").AsTask();
        for (int i = 0; i < 3; i++)
        {
            client.Time.Advance(TimeSpan.FromSeconds(5));
            client.Node.DialAnew();
            MemoryTransport renewed = await AnswerOnNextAsync(client);
            Assert.Equal(i + 2, client.Network.Dials);
            Assert.False(renewed.IsClosedByClient);
        }

        old.Reply(":1\r\n");
        Assert.Equal(1, await slow.InTime());
        await client.AdvanceUntilAsync(() => !client.Node.IsInUse, "the old connections to be closed");
        Assert.True(old.IsClosedByClient);
    }

    [Fact]
    public async Task Connections_that_are_left_and_not_answered_do_not_pile_up()
    {
        (NodeClient client, MemoryTransport old) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        List<Task<long>> slow = [];
        MemoryTransport current = old;
        for (int i = 0; i < 20; i++)
        {
            slow.Add(client.IncrAsync("slow").AsTask());
            Assert.Equal("INCR slow", string.Join(' ', await current.ReadCommandAsync()));
            client.Time.Advance(TimeSpan.FromSeconds(5));
            client.Node.DialAnew();
            if (client.Node.IsConnected)
            {
                break;
            }

            current = await AnswerOnNextAsync(client);
        }

        Assert.Equal(5, client.Network.Dials);
        old.Reply(":1\r\n");
        Assert.Equal(1, await slow[0].InTime());
        await client.AdvanceUntilAsync(
            () =>
            {
                client.Node.DialAnew();
                return !client.Node.IsConnected;
            },
            "the node to be left again");
        Assert.True(old.IsClosedByClient);
    }

    [Fact]
    public async Task Idle_connections_of_callers_stay_while_it_is_too_early_to_dial_anew()
    {
        await using NodeClient client = NodeClient.Create();
        client.Time.Advance(TimeSpan.FromSeconds(1));
        MemoryTransport first = await PopOnNextAsync(client);
        client.Node.DialAnew();
        await Wait.UntilAsync(() => first.IsClosedByClient, "the idle connection to be closed");
        MemoryTransport second = await PopOnNextAsync(client);
        client.Node.DialAnew();
        Assert.False(second.IsClosedByClient);
        Task<string[]> next = client.BlockAsync("q").AsTask();
        Assert.Equal("BLPOP q 0", string.Join(' ', await second.ReadCommandAsync()));
        second.Reply(Popped);
        await next.InTime();
        Assert.Equal(2, client.Network.Dials);
    }

    [Fact]
    public async Task Connection_that_a_caller_has_while_the_node_is_dialled_anew_is_not_used_again()
    {
        await using NodeClient client = NodeClient.Create();
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport old = await client.Network.AcceptAsync();
        await old.AcceptHandshakeAsync();
        await old.ReadCommandAsync();
        client.Time.Advance(TimeSpan.FromSeconds(1));
        client.Node.DialAnew();
        Assert.False(old.IsClosedByClient);
        old.Reply(Popped);
        Assert.Equal(["q", "v"], await blocked.InTime());
        await Wait.UntilAsync(() => old.IsClosedByClient, "the old connection to be closed");
        await PopOnNextAsync(client);
        Assert.Equal(2, client.Network.Dials);
    }

    [Fact]
    public async Task Node_whose_connection_was_of_use_is_dialled_anew_without_a_pause_for_attempts_that_failed_before()
    {
        await using NodeClient client = NodeClient.Create();
        int failures = 5;
        client.Network.Dialling = (_, _) => Interlocked.Decrement(ref failures) >= 0 ? throw new IOException("refused") : Task.CompletedTask;
        Task<string?> call = client.GetAsync("key").AsTask();
        Task<MemoryTransport> accepting = client.Network.AcceptAsync();
        await client.AdvanceUntilAsync(() => accepting.IsCompleted, "a connection");
        MemoryTransport first = await accepting;
        await first.AcceptHandshakeAsync();
        await first.ReadCommandAsync();
        first.Reply("+value\r\n");
        Assert.Equal("value", await call.InTime());
        client.Time.Advance(TimeSpan.FromSeconds(1));
        client.Node.DialAnew();
        // The clock stands still.
        await AnswerOnNextAsync(client);
    }

    private static async Task<MemoryTransport> AnswerOnNextAsync(NodeClient client)
    {
        Task<string?> call = client.GetAsync("key").AsTask();
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        await server.ReadCommandAsync();
        server.Reply("+value\r\n");
        Assert.Equal("value", await call.InTime());
        return server;
    }

    private static async Task<MemoryTransport> PopOnNextAsync(NodeClient client)
    {
        Task<string[]> call = client.BlockAsync("q").AsTask();
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        await server.ReadCommandAsync();
        server.Reply(Popped);
        await call.InTime();
        return server;
    }
}
