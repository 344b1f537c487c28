namespace TypedRedis.UnitTests.Connections;

public class BackpressureTests
{
    private const int Limit = 1000;

    // $-lengths and words of SET with a key of one character and a value of 73: 100 bytes.
    private static readonly string s_value = new('v', 73);

    [Fact]
    public async Task Bytes_in_flight_are_bounded_and_waiting_commands_go_on_in_order()
    {
        (NodeClient client, MemoryTransport server) = await ConnectAsync();
        await using NodeClient _ = client;
        int before = server.Received.Length;
        Task[] calls = [.. Enumerable.Range(0, 50).Select(i => client.SetAsync($"{(char)('A' + i)}", s_value).AsTask())];
        await Wait.UntilAsync(() => server.Received.Length == before + Limit, "the bytes allowed");
        Assert.Equal(10, (await server.ReadCommandsAsync(10)).Length);
        Assert.False(server.HasUnread);
        for (int answered = 0; answered < 50; answered++)
        {
            server.Reply("+OK\r\n");
            await calls[answered].InTime();
            Assert.True(server.Received.Length - before - (100 * (answered + 1)) <= Limit, "more is in flight than allowed");
        }

        string[] rest = await server.ReadCommandsAsync(40);
        Assert.Equal(Enumerable.Range(10, 40).Select(i => $"SET {(char)('A' + i)} {s_value}"), rest);
    }

    [Fact]
    public async Task Command_larger_than_the_limit_passes_alone()
    {
        (NodeClient client, MemoryTransport server) = await ConnectAsync();
        await using NodeClient _ = client;
        Task small = client.SetAsync("a", s_value).AsTask();
        Task large = client.SetAsync("b", new string('x', 5 * Limit)).AsTask();
        Task after = client.SetAsync("c", s_value).AsTask();
        Assert.StartsWith("SET a", Assert.Single(await server.ReadCommandsAsync(1)), StringComparison.Ordinal);
        Assert.False(server.HasUnread);
        server.Reply("+OK\r\n");
        await small.InTime();
        Assert.StartsWith("SET b", Assert.Single(await server.ReadCommandsAsync(1)), StringComparison.Ordinal);
        Assert.False(server.HasUnread);
        server.Reply("+OK\r\n");
        await large.InTime();
        await server.ReadCommandsAsync(1);
        server.Reply("+OK\r\n");
        await after.InTime();
    }

    [Fact]
    public async Task Waiting_for_room_can_be_cancelled_and_has_a_deadline()
    {
        (NodeClient client, MemoryTransport server) = await ConnectAsync();
        await using NodeClient _ = client;
        Task[] sent = [.. Enumerable.Range(0, 10).Select(i => client.SetAsync($"{i}", s_value).AsTask())];
        await server.ReadCommandsAsync(10);
        using var cancellation = new CancellationTokenSource();
        Task cancelled = client.SetAsync("a", s_value, cancellationToken: cancellation.Token).AsTask();
        Task late = client.SetAsync("b", s_value, Deadline.After(TimeSpan.FromSeconds(1))).AsTask();
        Task patient = client.SetAsync("c", s_value).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.InTime());
        client.Time.Advance(TimeSpan.FromSeconds(1.1));
        RedisTimeoutException failure = await Assert.ThrowsAsync<RedisTimeoutException>(() => late.InTime());
        Assert.False(failure.MayHaveExecuted);
        server.Reply(string.Concat(Enumerable.Repeat("+OK\r\n", 10)));
        await Task.WhenAll(sent).InTime();
        Assert.StartsWith("SET c", Assert.Single(await server.ReadCommandsAsync(1)), StringComparison.Ordinal);
        server.Reply("+OK\r\n");
        await patient.InTime();
    }

    [Fact]
    public async Task Cancelled_commands_give_their_room_back_when_their_replies_come()
    {
        (NodeClient client, MemoryTransport server) = await ConnectAsync();
        await using NodeClient _ = client;
        for (int round = 0; round < 20; round++)
        {
            using var cancellation = new CancellationTokenSource();
            Task[] cancelled = [.. Enumerable.Range(0, 10).Select(i => client.SetAsync("a", s_value, cancellationToken: cancellation.Token).AsTask())];
            await server.ReadCommandsAsync(10);
            await cancellation.CancelAsync();
            foreach (Task call in cancelled)
            {
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
            }

            server.Reply(string.Concat(Enumerable.Repeat("+OK\r\n", 10)));
        }

        Task last = client.SetAsync("z", s_value).AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply("+OK\r\n");
        await last.InTime();
    }

    [Fact]
    public async Task Send_that_takes_its_time_holds_up_nobody_who_asks_the_node()
    {
        await using NodeClient client = NodeClient.Create();
        Task[] calls = [.. Enumerable.Range(0, 3).Select(i => client.SetAsync($"{(char)('A' + i)}", s_value).AsTask())];
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.ReadCommandsAsync(3);
        using var sending = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        server.Sending = () =>
        {
            sending.Set();
            Assert.True(release.Wait(Wait.Limit * 3));
        };
        // The connection is ready, so that those who wait are sent on it.
        server.Reply("%1\r\n+proto\r\n:3\r\n+OK\r\n+OK\r\n");
        try
        {
            await Wait.UntilAsync(() => sending.IsSet, "the send");
            Assert.True(await Task.Run(client.Node.GetStatistics).InTime() is { IsConnected: true });
        }
        finally
        {
            release.Set();
        }

        Assert.Equal(Enumerable.Range(0, 3).Select(i => $"SET {(char)('A' + i)} {s_value}"), await server.ReadCommandsAsync(3));
        server.Reply("+OK\r\n+OK\r\n+OK\r\n");
        await Task.WhenAll(calls).InTime();
    }

    private static Task<(NodeClient Client, MemoryTransport Server)> ConnectAsync() =>
        NodeClient.ConnectAsync(settings => settings with { MaxInFlightBytes = Limit });
}
