using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Nodes;

/// <summary>Calls that need a connection of their own count against the limit until they are over, wherever they wait.</summary>
public class AdmissionTests
{
    private const string Popped = "*2\r\n$1\r\nq\r\n$1\r\nv\r\n";
    private const string Loading = "-LOADING Redis is loading the dataset in memory\r\n";

    [Fact]
    public async Task Call_that_waits_to_be_sent_again_keeps_its_place()
    {
        await using NodeClient client = Create(limit: 1);
        (Task<string[]> waiting, MemoryTransport own) = await StartAsync(client);
        await RefuseAsync(client, own);
        for (int i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<RedisConnectionLimitException>(() => client.BlockAsync("new").InTime());
        }

        await client.AdvanceUntilAsync(() => own.HasUnread, "the call to be sent again");
        Assert.Equal("BLPOP q 0", string.Join(' ', await own.ReadCommandAsync()));
        await Assert.ThrowsAsync<RedisConnectionLimitException>(() => client.BlockAsync("new").InTime());
        own.Reply(Popped);
        await waiting.InTime();
        await AssertHasRoomForAsync(client, 1);
        Assert.Equal(1, client.Network.Dials);
    }

    [Fact]
    public async Task Place_is_free_once_a_call_that_waits_is_cancelled()
    {
        await using NodeClient client = Create(limit: 1);
        using var cancel = new CancellationTokenSource();
        (Task<string[]> waiting, MemoryTransport own) = await StartAsync(client, cancellationToken: cancel.Token);
        await RefuseAsync(client, own);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.InTime());
        await AssertHasRoomForAsync(client, 1);
    }

    [Fact]
    public async Task Place_is_free_once_the_deadline_of_a_call_that_waits_has_passed()
    {
        await using NodeClient client = Create(limit: 1);
        (Task<string[]> waiting, MemoryTransport own) = await StartAsync(client, Deadline.After(TimeSpan.FromMilliseconds(30)));
        await RefuseAsync(client, own);
        await Assert.ThrowsAsync<RedisConnectionLimitException>(() => client.BlockAsync("new").InTime());
        await client.AdvanceUntilAsync(() => waiting.IsCompleted, "the deadline");
        await Assert.ThrowsAsync<RedisTimeoutException>(() => waiting.InTime());
        await AssertHasRoomForAsync(client, 1);
    }

    [Fact]
    public async Task Place_is_free_once_a_call_has_failed()
    {
        await using NodeClient client = Create(limit: 1);
        (Task<string[]> failing, MemoryTransport own) = await StartAsync(client);
        own.Reply("-WRONGTYPE no list\r\n");
        await Assert.ThrowsAsync<RedisServerException>(() => failing.InTime());
        (Task<string[]> lost, own) = await StartAsync(client, server: own);
        own.Break();
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => lost.InTime());
        await AssertHasRoomForAsync(client, 1);
    }

    [Fact]
    public async Task Call_that_has_moved_counts_at_the_new_node_only_and_once()
    {
        await using NodeClient other = Create(limit: 1, port: 7001);
        await using NodeClient client = NodeClient.Create(settings => settings with { MaxDedicatedConnections = 1 }, new MoveTo(other));
        (Task<string[]> moved, MemoryTransport own) = await StartAsync(client);
        Task<MemoryTransport> accepting = other.Network.AcceptAsync();
        own.Reply("-MOVED 1 test:7001\r\n");
        MemoryTransport there = await accepting.InTime();
        await there.AcceptHandshakeAsync();
        await there.ReadCommandAsync();
        await Assert.ThrowsAsync<RedisConnectionLimitException>(() => other.BlockAsync("new").InTime());
        await AssertHasRoomForAsync(client, 1, own);
        there.Reply(Popped);
        await moved.InTime();
        await AssertHasRoomForAsync(other, 1, there);
    }

    [Fact]
    public async Task Calls_that_disposal_ends_while_they_wait_end_once()
    {
        NodeClient client = Create(limit: 1);
        (Task<string[]> waiting, MemoryTransport own) = await StartAsync(client);
        await RefuseAsync(client, own);
        await client.DisposeAsync();
        await Assert.ThrowsAnyAsync<RedisException>(() => waiting.InTime());
        Assert.Equal(0, client.Node.DedicatedCalls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Watch_keeps_its_place_until_it_ends(bool byLoss)
    {
        var network = new MemoryNetwork();
        var settings = new ConnectionSettings { Dialer = network, Resolver = network, Clock = Clock.System, ConnectTimeout = Timeout.InfiniteTimeSpan, MaxDedicatedConnections = 1 };
        Task<RedisServer> connecting = RedisServer.ConnectAsync(new RedisEndpoint("test", 7000), settings, Timeout.InfiniteTimeSpan, retryNonIdempotent: false, CancellationToken.None);
        await (await network.AcceptAsync()).AcceptHandshakeAsync();
        await using RedisServer client = await connecting.InTime();
        MemoryTransport? server = null;
        for (int i = 0; i < 3; i++)
        {
            Task<RedisWatch> starting = RedisWatch.StartAsync(client, ["k"]).AsTask();
            if (server is null)
            {
                server = await network.AcceptAsync();
                await server.AcceptHandshakeAsync();
            }

            await server.ReadCommandAsync();
            server.Reply("+OK\r\n");
            RedisWatch watch = await starting.InTime();
            await Assert.ThrowsAsync<RedisConnectionLimitException>(() => RedisWatch.StartAsync(client, ["l"]).InTime());
            if (byLoss)
            {
                server.Break();
                await Wait.UntilAsync(() => server.IsClosedByClient, "the loss to be noticed");
                server = null;
                await watch.DisposeAsync();
                continue;
            }

            Task disposing = watch.DisposeAsync().AsTask();
            Assert.Equal(["UNWATCH"], await server.ReadCommandAsync());
            server.Reply("+OK\r\n");
            await disposing.InTime();
        }
    }

    private static NodeClient Create(int limit, int port = 7000) =>
        NodeClient.Create(settings => settings with { MaxDedicatedConnections = limit }, port: port);

    private static async Task<(Task<string[]> Call, MemoryTransport Server)> StartAsync(
        NodeClient client, Deadline deadline = default, MemoryTransport? server = null, CancellationToken cancellationToken = default)
    {
        Task<string[]> call = client.BlockAsync("q", deadline, cancellationToken).AsTask();
        if (server is null)
        {
            server = await client.Network.AcceptAsync();
            await server.AcceptHandshakeAsync();
        }

        await server.ReadCommandAsync();
        return (call, server);
    }

    // The call waits to be sent again, and its connection is free.
    private static async Task RefuseAsync(NodeClient client, MemoryTransport server)
    {
        server.Reply(Loading);
        await Wait.UntilAsync(() => client.Retrying == 1, "the call to wait");
    }

    // So many calls are admitted, and no more.
    private static async Task AssertHasRoomForAsync(NodeClient client, int calls, MemoryTransport? server = null)
    {
        Task<string[]>[] admitted = [.. Enumerable.Range(0, calls).Select(_ => client.BlockAsync("q").AsTask())];
        await Assert.ThrowsAsync<RedisConnectionLimitException>(() => client.BlockAsync("more").InTime());
        Assert.All(admitted, call => Assert.False(call.IsCompleted));
        if (server is not null)
        {
            await server.ReadCommandAsync();
            server.Reply(Popped);
            await admitted[0].InTime();
        }
    }

    private sealed class MoveTo(NodeClient other) : RetryByClass
    {
        public override bool TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source)
        {
            if (!error.Is("MOVED"u8))
            {
                return base.TryRecoverFromError(request, error, source);
            }

            other.Node.SendAgain(request);
            return true;
        }
    }
}
