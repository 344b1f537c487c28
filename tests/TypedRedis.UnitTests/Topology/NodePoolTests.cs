using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Topology;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Routing;

namespace TypedRedis.UnitTests.Topology;

public sealed class NodePoolTests : IAsyncDisposable
{
    private static readonly RedisEndpoint s_a = new("a", 1);
    private static readonly RedisEndpoint s_b = new("b", 1);

    private readonly ManualTimeProvider _time = new();
    private readonly MemoryNetwork _network = new();
    private readonly Clock _clock;
    private readonly NodePool _pool;

    public NodePoolTests()
    {
        _clock = new Clock(_time);
        _pool = new NodePool(new ConnectionSettings { Dialer = _network, Resolver = _network, Clock = _clock, ConnectTimeout = Timeout.InfiniteTimeSpan }, NoRecovery.Instance);
    }

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    [Fact]
    public void Endpoint_has_one_connection()
    {
        NodeConnection a = _pool.Get(s_a);
        Assert.Same(a, _pool.Get(new("a", 1)));
        NodeConnection b = _pool.Get(s_b);
        Assert.NotSame(a, b);
        Assert.Equal([a, b], _pool.All.OrderBy(node => node.Endpoint.Host));
        Assert.Equal(0, _network.Dials);
    }

    [Fact]
    public void Node_that_has_left_is_forgotten_after_30_s()
    {
        NodeConnection a = _pool.Get(s_a);
        NodeConnection b = _pool.Get(s_b);
        CloseAfter(0, s_b);
        CloseAfter(29_999, s_b);
        Assert.Equal(2, _pool.All.Length);
        CloseAfter(1, s_b);
        Assert.Equal([b], _pool.All);
        Assert.NotSame(a, _pool.Get(s_a));
    }

    [Fact]
    public void Node_that_comes_back_has_its_full_time_when_it_leaves_again()
    {
        NodeConnection a = _pool.Get(s_a);
        CloseAfter(0);
        CloseAfter(29_000, s_a);
        CloseAfter(10_000);
        CloseAfter(29_000);
        Assert.Equal([a], _pool.All);
        CloseAfter(1_000);
        Assert.Empty(_pool.All);
    }

    [Fact]
    public void Node_that_was_chosen_a_moment_ago_has_its_time_from_then_on()
    {
        NodeConnection a = _pool.Get(s_a);
        CloseAfter(0);
        CloseAfter(29_000);
        Assert.Same(a, _pool.Get(s_a));
        CloseAfter(29_000);
        Assert.Equal([a], _pool.All);
        CloseAfter(1_000);
        Assert.Empty(_pool.All);
    }

    [Fact]
    public async Task Connection_of_a_node_that_has_left_is_closed_after_a_second_in_which_nobody_chose_it()
    {
        NodeConnection a = _pool.Get(s_a);
        Task connecting = a.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await _network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        await connecting.InTime();
        CloseAfter(0);
        CloseAfter(999);
        Assert.True(a.IsConnected);
        _pool.Get(s_a);
        CloseAfter(999);
        Assert.True(a.IsConnected);
        CloseAfter(1);
        await Wait.UntilAsync(() => !a.IsConnected, "the connection to be closed");
        Assert.Equal([a], _pool.All);
    }

    [Fact]
    public async Task Connection_on_which_something_is_under_way_is_kept_for_30_s()
    {
        NodeConnection a = _pool.Get(s_a);
        Task connecting = a.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await _network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        await connecting.InTime();
        var call = new OwnedReply(ByteArrays.Shared);
        call.RetainFrame("*1\r\n$4\r\nPING\r\n"u8);
        a.SendAgain(call);
        await server.ReadCommandAsync();
        CloseAfter(0);
        CloseAfter(29_999);
        Assert.True(a.IsConnected);
        CloseAfter(1);
        await Wait.UntilAsync(() => a.IsDisposed && server.IsClosedByClient, "the node to be ended");
        await Wait.UntilAsync(() => _pool.All.Length == 0, "the node to be forgotten");
    }

    [Fact]
    public async Task Nodes_that_leave_together_are_all_ended()
    {
        NodeConnection[] nodes = [_pool.Get(s_a), _pool.Get(s_b)];
        CloseAfter(0);
        CloseAfter(30_000);
        await Wait.UntilAsync(() => nodes.All(node => node.IsDisposed), "both to be ended");
        await Wait.UntilAsync(() => _pool.All.Length == 0, "both to be forgotten");
    }

    [Fact]
    public void Renewed_connection_takes_the_place_of_the_old_one_which_is_kept_for_a_while()
    {
        NodeConnection old = _pool.Get(s_a);
        NodeConnection renewed = _pool.Renew(old);
        Assert.NotSame(old, renewed);
        Assert.Same(renewed, _pool.Get(s_a));
        Assert.Equal(2, _pool.All.Length);
        // Whoever notices late gets what the first one got.
        Assert.Same(renewed, _pool.Renew(old));
        CloseAfter(29_999, s_a);
        Assert.Equal(2, _pool.All.Length);
        CloseAfter(1, s_a);
        Assert.Equal([renewed], _pool.All);
        Assert.Same(renewed, _pool.Get(s_a));
    }

    [Fact]
    public void Connection_that_was_forgotten_can_be_renewed()
    {
        NodeConnection old = _pool.Get(s_a);
        CloseAfter(0);
        CloseAfter(30_000);
        NodeConnection renewed = _pool.Renew(old);
        Assert.Equal([renewed], _pool.All);
        Assert.Same(renewed, _pool.Get(s_a));
    }

    [Fact]
    public async Task Disposal_ends_all_and_keeps_no_later_one()
    {
        NodeConnection a = _pool.Get(s_a);
        await _pool.DisposeAsync();
        Assert.True(a.IsDisposed);
        NodeConnection later = _pool.Get(s_b);
        Assert.DoesNotContain(later, _pool.All);
        Assert.True(later.IsDisposed);
    }

    [Fact]
    public async Task Deadlines_are_kept_at_a_node_whose_end_is_held_up_by_its_reader_and_disposal_waits_for_it()
    {
        NodeConnection a = _pool.Get(s_a);
        Task connecting = a.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await _network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        await connecting.InTime();
        using var decoder = new BlockingDecoder();
        PendingReply<int> slow = PendingReply<int>.Rent(NodeClient.Get, bucket: -1, long.MaxValue, decoder);
        Task<int> slowResult = new ValueTask<int>(slow, slow.Token).AsTask();
        slow.RetainFrame("*2\r\n$3\r\nGET\r\n$1\r\na\r\n"u8);
        OwnedReply call = ConnectionRig.Keep("b", _clock.After(31_000));
        a.SendNew(slow);
        a.SendNew(call);
        await server.ReadCommandsAsync(2);
        server.Reply("+a\r\n");
        await decoder.Entered.InTime();
        CloseAfter(0);
        CloseAfter(30_000);
        _time.Advance(TimeSpan.FromSeconds(2));
        _pool.TimeOut(_clock.Now);
        await Assert.ThrowsAsync<RedisTimeoutException>(() => call.Result.InTime());
        Task disposal = _pool.DisposeAsync().AsTask();
        Assert.False(disposal.IsCompleted);
        decoder.GoOn.Set();
        await disposal.InTime();
        Assert.Equal(1, await slowResult.InTime());
        await Wait.UntilAsync(() => _pool.All.Length == 0, "the node to be forgotten");
    }

    private void CloseAfter(int milliseconds, params RedisEndpoint[] present)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _pool.CloseUnused(_clock.Now, node => present.Contains(node.Endpoint));
    }
}
