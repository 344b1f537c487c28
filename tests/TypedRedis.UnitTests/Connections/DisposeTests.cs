using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

public class DisposeTests
{
    private static readonly CommandInfo s_pop = new("BLPOP", CommandFlags.Write | CommandFlags.Blocking, RetryClass.NotIdempotent);

    [Fact]
    public async Task Calls_in_flight_and_waiting_fail_and_the_connection_is_closed()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync(settings => settings with { MaxInFlightBytes = 300 });
        Task<string?> inFlight = client.GetAsync("a").AsTask();
        Task<long> unknown = client.IncrAsync("b").AsTask();
        Task waitsForRoom = client.SetAsync("c", new string('x', 500)).AsTask();
        Task waitsToo = client.SetAsync("d", new string('x', 500)).AsTask();
        await server.ReadCommandsAsync(2);
        await client.DisposeAsync().InTime();
        var failures = new List<RedisException>
        {
            await Assert.ThrowsAsync<RedisConnectionException>(() => inFlight.InTime()),
            // A write that the server has.
            await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => unknown.InTime()),
            await Assert.ThrowsAsync<RedisConnectionException>(() => waitsForRoom.InTime()),
            await Assert.ThrowsAsync<RedisConnectionException>(() => waitsToo.InTime()),
        };
        Assert.All(failures, failure => Assert.Contains("disposed", (failure as RedisOutcomeUnknownException)?.InnerException!.Message ?? failure.Message, StringComparison.Ordinal));
        Assert.Equal([true, true, false, false], failures.Select(failure => failure.MayHaveExecuted));
        Assert.Equal(["GET", "INCR", "SET", "SET"], failures.Select(failure => failure.Command));
        // Each call has an exception of its own: they are thrown on different threads.
        Assert.Equal(4, failures.Distinct().Count());
        Assert.True(server.IsClosedByClient);
    }

    [Fact]
    public async Task Calls_that_wait_for_a_connection_fail()
    {
        NodeClient client = NodeClient.Create();
        client.Network.Dialling = (_, cancellationToken) => Task.Delay(Timeout.Infinite, cancellationToken);
        Task<string?> call = client.GetAsync("a").AsTask();
        await Wait.UntilAsync(() => client.Network.Dials == 1, "the attempt");
        await client.DisposeAsync().InTime();
        await Assert.ThrowsAsync<RedisConnectionException>(() => call.InTime());
    }

    [Fact]
    public async Task Calls_that_wait_for_the_next_attempt_fail()
    {
        NodeClient client = NodeClient.Create(settings => settings with { ConnectTimeout = Timeout.InfiniteTimeSpan });
        client.Network.Dialling = (_, _) => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused);
        Task<string?> call = client.GetAsync("a").AsTask();
        await Wait.UntilAsync(() => client.Time.PendingOnce == 1, "the delay");
        await client.DisposeAsync().InTime();
        await Assert.ThrowsAsync<RedisConnectionException>(() => call.InTime());
    }

    [Fact]
    public async Task Converter_that_blocks_on_a_connection_of_a_caller_holds_up_no_call_on_the_shared_one()
    {
        (NodeClient client, MemoryTransport shared) = await NodeClient.ConnectAsync();
        using var decoder = new BlockingDecoder();
        RequestWriter request = client.BeginRequest("*3\r\n$5\r\nBLPOP\r\n"u8);
        request.WriteKey("q");
        request.WriteArgument(0);
        Task<int> slow = client.SendBlockingAsync(ref request, s_pop, decoder, default, default).AsTask();
        MemoryTransport own = await client.Network.AcceptAsync();
        await own.AcceptHandshakeAsync();
        await own.ReadCommandAsync();
        own.Reply("+v\r\n");
        await decoder.Entered.InTime();
        Task<long> inFlight = client.IncrAsync("k").AsTask();
        await shared.ReadCommandsAsync(1);
        Task disposal = client.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => inFlight.InTime());
        Assert.False(disposal.IsCompleted);
        decoder.GoOn.Set();
        await disposal.InTime();
        Assert.Equal(1, await slow.InTime());
    }

    [Fact]
    public async Task Attempt_to_connect_that_does_not_end_holds_up_no_call()
    {
        (NodeClient client, MemoryTransport left) = await NodeClient.ConnectAsync();
        Task<long> inFlight = client.IncrAsync("a").AsTask();
        await left.ReadCommandsAsync(1);
        client.Time.Advance(TimeSpan.FromSeconds(1));
        client.Node.DialAnew();
        var mayEnd = new TaskCompletionSource();
        client.Network.Dialling = (_, _) => mayEnd.Task;
        Task<string?> waiting = client.GetAsync("b").AsTask();
        await Wait.UntilAsync(() => client.Network.Dials == 2, "the attempt");
        Task disposal = client.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => inFlight.InTime());
        await Assert.ThrowsAsync<RedisConnectionException>(() => waiting.InTime());
        Assert.False(disposal.IsCompleted);
        mayEnd.SetResult();
        await disposal.InTime();
    }

    [Fact]
    public async Task Calls_afterwards_fail_at_once()
    {
        (NodeClient client, _) = await NodeClient.ConnectAsync();
        await client.DisposeAsync().InTime();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetAsync("a").InTime());
        Assert.Equal(1, client.Network.Dials);
    }

    [Fact]
    public async Task Disposing_twice_and_at_once_does_no_harm()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => client.DisposeAsync().AsTask()))).InTime();
        await client.DisposeAsync().InTime();
        Assert.True(server.IsClosedByClient);
    }

    [Fact]
    public async Task Disposing_while_calls_arrive_ends_every_call_and_every_connection()
    {
        for (int round = 0; round < 30; round++)
        {
            NodeClient client = NodeClient.Create();
            var transports = new System.Collections.Concurrent.ConcurrentQueue<MemoryTransport>();
            client.Network.Prepare = transport =>
            {
                transport.Reply("%0\r\n");
                transports.Enqueue(transport);
            };
            using var start = new ManualResetEventSlim();
            Task[] callers = [.. Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
            {
                start.Wait();
                for (int i = 0; i < 20; i++)
                {
                    Exception? error = await Record.ExceptionAsync(() => client.GetAsync("k").AsTask());
                    Assert.True(error is RedisException or ObjectDisposedException, $"{error}");
                }
            }))];
            start.Set();
            await client.DisposeAsync().InTime();
            await Task.WhenAll(callers).InTime();
            Assert.All(transports, transport => Assert.True(transport.IsClosedByClient));
        }
    }
}
