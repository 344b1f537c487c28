using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

public class ViolationTests
{
    [Theory]
    [InlineData("garbage\r\n")]
    [InlineData("\r\n")]
    [InlineData("$3\r\nabcde\r\n")]
    [InlineData("$2147483648\r\n0123456789")]
    [InlineData("*99999999999\r\n")]
    [InlineData("$-7\r\n")]
    public async Task Garbage_fails_what_is_in_flight_and_replaces_the_connection(string garbage)
    {
        (NodeClient client, MemoryTransport first) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<string?> answered = client.GetAsync("a").AsTask();
        Task<string?> victim = client.GetAsync("b").AsTask();
        Task<long> other = client.IncrAsync("c").AsTask();
        await first.ReadCommandsAsync(3);
        first.Reply("+A\r\n" + garbage);
        Assert.Equal("A", await answered.InTime());
        RedisProtocolException failure = await Assert.ThrowsAsync<RedisProtocolException>(() => victim.InTime());
        Assert.Equal("GET", failure.Command);
        Assert.Equal(new RedisEndpoint("test", 7000), failure.Endpoint);
        Assert.Equal("INCR", (await Assert.ThrowsAsync<RedisProtocolException>(() => other.InTime())).Command);
        await AssertWorksAsync(client, first);
    }

    [Fact]
    public async Task Reply_that_nobody_asked_for_ends_the_connection()
    {
        (NodeClient client, MemoryTransport first) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        first.Reply("+surprise\r\n");
        await Wait.UntilAsync(() => first.IsClosedByClient, "the end of the connection");
        await Wait.UntilAsync(() => client.Node.LastError is not null, "the reason");
        Assert.IsType<RedisProtocolException>(client.Node.LastError);
        await AssertWorksAsync(client, first);
    }

    [Theory]
    [InlineData("*3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$5\r\nhello\r\n")]
    [InlineData("*3\r\n$9\r\nsubscribe\r\n$1\r\nx\r\n:1\r\n")]
    public async Task Message_to_a_connection_that_never_subscribed_ends_it(string message)
    {
        (NodeClient client, MemoryTransport first) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<string?> call = client.GetAsync("a").AsTask();
        await first.ReadCommandAsync();
        first.Reply("+A\r\n" + message);
        Assert.Equal("A", await call.InTime());
        await Wait.UntilAsync(() => first.IsClosedByClient, "the end of the connection");
        await AssertWorksAsync(client, first);
    }

    [Fact]
    public async Task Connection_that_the_server_takes_for_a_subscribers_is_never_read_on()
    {
        (NodeClient client, MemoryTransport first) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<string?> answered = client.GetAsync("a").AsTask();
        Task<string?> refused = client.GetAsync("b").AsTask();
        Task<string?> shifted = client.GetAsync("c").AsTask();
        await first.ReadCommandsAsync(3);
        first.Reply("+A\r\n-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context\r\n+B\r\n");
        Assert.Equal("A", await answered.InTime());
        await Assert.ThrowsAsync<RedisProtocolException>(() => refused.InTime());
        await Assert.ThrowsAsync<RedisProtocolException>(() => shifted.InTime());
        await AssertWorksAsync(client, first);
    }

    [Fact]
    public async Task Push_is_no_reply_and_ends_nothing()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        server.Reply(">2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n");
        Task<string?> call = client.GetAsync("a").AsTask();
        await server.ReadCommandAsync();
        server.Reply(">3\r\n$7\r\nmessage\r\n$1\r\nx\r\n$5\r\nhello\r\n+A\r\n");
        Assert.Equal("A", await call.InTime());
        Assert.False(server.IsClosedByClient);
    }

    [Fact]
    public async Task Second_reply_to_one_command_is_given_to_nobody()
    {
        (NodeClient client, MemoryTransport first) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<string?> call = client.GetAsync("a").AsTask();
        await first.ReadCommandAsync();
        first.Reply("+A\r\n+again\r\n");
        Assert.Equal("A", await call.InTime());
        await Wait.UntilAsync(() => first.IsClosedByClient, "the end of the connection");
        await AssertWorksAsync(client, first);
    }

    [Fact]
    public async Task Reply_to_a_command_that_was_not_sent_yet_is_given_to_nobody()
    {
        (NodeClient client, MemoryTransport first) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        int sends = first.Sends.Length;
        first.HoldSends();
        Task<string?> given = client.GetAsync("a").AsTask();
        await Wait.UntilAsync(() => first.Sends.Length > sends, "the send");
        Task<long> kept = client.IncrAsync("b").AsTask();
        Task<string?> behind = client.GetAsync("c").AsTask();
        first.Reply("+A\r\n:666\r\n");
        Assert.Equal("A", await given.InTime());
        RedisProtocolException failure = await Assert.ThrowsAsync<RedisProtocolException>(() => kept.InTime());
        Assert.Contains("before it was sent", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RedisProtocolException>(() => behind.InTime());
        await AssertWorksAsync(client, first);
    }

    [Fact]
    public async Task Error_line_that_nobody_asked_for_is_a_violation_once_the_connection_worked()
    {
        (NodeClient client, MemoryTransport first) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        first.Reply("-ERR out of the blue\r\n");
        await Wait.UntilAsync(() => client.Node.LastError is not null, "the reason");
        Assert.IsType<RedisProtocolException>(client.Node.LastError);
    }

    [Theory]
    [InlineData("$536870912\r\n0123456789")]
    [InlineData("*67108864\r\n")]
    public async Task Announced_length_within_the_limits_allocates_nothing_until_bytes_arrive(string announced)
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<string?> call = client.GetAsync("a", Deadline.After(TimeSpan.FromSeconds(1))).AsTask();
        await server.ReadCommandAsync();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        server.Reply(announced);
        client.Time.Advance(TimeSpan.FromSeconds(1.1));
        await Assert.ThrowsAsync<RedisTimeoutException>(() => call.InTime());
        // Other tests allocate at the same time, but nobody half a gigabyte.
        Assert.True(GC.GetTotalAllocatedBytes(precise: true) - before < 256 * 1024 * 1024);
    }

    [Fact]
    public async Task Limits_of_the_client_are_those_of_the_connection()
    {
        (NodeClient client, MemoryTransport first) = await NodeClient.ConnectAsync(settings => settings with { Limits = new RespLimits { MaxBulkLength = 100 } });
        await using NodeClient _ = client;
        Task<string?> call = client.GetAsync("a").AsTask();
        await first.ReadCommandAsync();
        first.Reply("$101\r\n");
        RedisProtocolException failure = await Assert.ThrowsAsync<RedisProtocolException>(() => call.InTime());
        Assert.Contains("101", failure.Message, StringComparison.Ordinal);
    }

    private static async Task AssertWorksAsync(NodeClient client, MemoryTransport broken)
    {
        Assert.True(broken.IsClosedByClient);
        Task<string?> call = client.GetAsync("later").AsTask();
        Task<MemoryTransport> accepting = client.Network.AcceptAsync();
        await client.AdvanceUntilAsync(() => accepting.IsCompleted, "a new connection");
        MemoryTransport server = await accepting;
        await server.AcceptHandshakeAsync();
        Assert.Equal("GET later", Assert.Single(await server.ReadCommandsAsync(1)));
        server.Reply("+fine\r\n");
        Assert.Equal("fine", await call.InTime());
    }
}
