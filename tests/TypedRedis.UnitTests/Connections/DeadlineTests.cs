
namespace TypedRedis.UnitTests.Connections;

public class DeadlineTests
{
    private static readonly Deadline s_second = Deadline.After(TimeSpan.FromSeconds(1));

    [Fact]
    public async Task Call_in_flight_ends_at_its_deadline_and_the_connection_stays()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<long> late = client.IncrAsync("foo", s_second).AsTask();
        Task<string?> patient = client.GetAsync("b", Deadline.None).AsTask();
        await server.ReadCommandsAsync(2);
        client.Time.Advance(TimeSpan.FromSeconds(0.99));
        Assert.False(late.IsCompleted);
        client.Time.Advance(TimeSpan.FromSeconds(0.05));
        RedisTimeoutException failure = await Assert.ThrowsAsync<RedisTimeoutException>(() => late.InTime());
        Assert.True(failure.MayHaveExecuted);
        Assert.Equal("INCR", failure.Command);
        Assert.Equal(12182, failure.Slot);
        Assert.Equal(new RedisEndpoint("test", 7000), failure.Endpoint);

        Task<string?> later = client.GetAsync("c").AsTask();
        await server.ReadCommandAsync();
        server.Reply(":1\r\n+B\r\n+C\r\n");
        Assert.Equal("B", await patient.InTime());
        Assert.Equal("C", await later.InTime());
        Assert.Equal(1, client.Network.Dials);
    }

    [Fact]
    public async Task Call_that_waits_for_a_connection_ends_at_its_deadline_and_is_never_sent()
    {
        await using NodeClient client = NodeClient.Create();
        var mayDial = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        client.Network.Dialling = (_, _) => mayDial.Task;
        Task<long> late = client.IncrAsync("a", s_second).AsTask();
        Task<string?> patient = client.GetAsync("b").AsTask();
        client.Time.Advance(TimeSpan.FromSeconds(1.1));
        RedisTimeoutException failure = await Assert.ThrowsAsync<RedisTimeoutException>(() => late.InTime());
        Assert.False(failure.MayHaveExecuted);
        mayDial.SetResult();
        MemoryTransport server = await client.Network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        Assert.Equal("GET b", Assert.Single(await server.ReadCommandsAsync(1)));
        server.Reply("+B\r\n");
        Assert.Equal("B", await patient.InTime());
    }

    [Fact]
    public async Task Timeout_says_why_there_is_no_connection()
    {
        await using NodeClient client = NodeClient.Create();
        client.Network.Dialling = (_, _) => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused);
        Task<string?> call = client.GetAsync("a", s_second).AsTask();
        await Wait.UntilAsync(() => client.Node.LastError is not null, "the first attempt");
        await client.AdvanceUntilAsync(() => call.IsCompleted, "the deadline");
        RedisTimeoutException failure = await Assert.ThrowsAsync<RedisTimeoutException>(() => call.InTime());
        Assert.False(failure.MayHaveExecuted);
        Assert.Contains("Cannot connect", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Timeout_after_a_lost_connection_says_that_the_command_may_have_been_executed()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        client.Network.Dialling = (_, _) => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused);
        Task call = client.SetAsync("a", "b", s_second).AsTask();
        await server.ReadCommandAsync();
        server.Break();
        await client.AdvanceUntilAsync(() => call.IsCompleted, "the deadline");
        RedisTimeoutException failure = await Assert.ThrowsAsync<RedisTimeoutException>(() => call.InTime());
        Assert.True(failure.MayHaveExecuted, "it had been sent before the connection was lost");
    }

    [Fact]
    public async Task Timed_out_calls_leave_the_objects_of_later_calls_alone()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        for (int round = 0; round < 200; round++)
        {
            Task<string?> late = client.GetAsync("a", s_second).AsTask();
            await server.ReadCommandAsync();
            client.Time.Advance(TimeSpan.FromSeconds(1.1));
            await Assert.ThrowsAsync<RedisTimeoutException>(() => late.InTime());
            Task<string?> next = client.GetAsync("b", s_second).AsTask();
            await server.ReadCommandAsync();
            server.Reply($"+late{round}\r\n+next{round}\r\n");
            Assert.Equal($"next{round}", await next.InTime());
        }
    }

    [Fact]
    public async Task Deadlines_of_reused_calls_are_their_own()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        Task<string?> first = client.GetAsync("a", s_second).AsTask();
        await server.ReadCommandAsync();
        server.Reply("+A\r\n");
        await first.InTime();
        client.Time.Advance(TimeSpan.FromSeconds(0.9));
        Task<string?> second = client.GetAsync("b", s_second).AsTask();
        await server.ReadCommandAsync();
        client.Time.Advance(TimeSpan.FromSeconds(0.9));
        Assert.False(second.IsCompleted);
        server.Reply("+B\r\n");
        Assert.Equal("B", await second.InTime());
    }
}
