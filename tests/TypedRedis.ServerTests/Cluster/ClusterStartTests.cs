using System.Net;
using System.Net.Sockets;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

[Collection(ClusterCollection.Name)]
public sealed class ClusterStartTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A01")]
    [Trait("Spec", "A08")]
    public async Task All_nodes_are_found_with_their_roles_when_one_is_named()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
        await ClientKnowsAsync(client, _cluster);
        for (int slot = 0; slot < HashSlots.Count; slot += 97)
        {
            string key = HashSlots.KeyForSlot(slot);
            Assert.Equal(slot, client.SlotOf(key));
            Assert.Equal((await _cluster.PrimaryOfAsync(slot)).Port, client.GetNode(key).Endpoint.Port);
            Assert.Equal(Assert.Single(await _cluster.ReplicasOfAsync(slot)).Port, client.GetReplica(key)!.Endpoint.Port);
        }
    }

    [Theory]
    [Trait("Spec", "A02")]
    [InlineData("redis://127.0.0.1:{0}")]
    [InlineData("redis://127.0.0.1:{0}/0")]
    [InlineData("REDIS://localhost:{0}?db=0&protocol=2")]
    public async Task Client_starts_from_a_url(string url)
    {
        url = string.Format(null, url, _cluster.Nodes[1].Port);
        await using RedisCluster client = await RedisCluster.ConnectAsync(url);
        await client.SetAsync("start:url", url);
        Assert.Equal(url, await client.GetAsync("start:url"));
    }

    [Theory]
    [Trait("Spec", "A03")]
    [InlineData("redis://127.0.0.1:{0}/1")]
    [InlineData("redis://127.0.0.1:{0}?db=1")]
    [InlineData("unix:///run/redis.sock")]
    public async Task Client_refuses_a_url_no_cluster_can_have(string url) =>
        await Assert.ThrowsAsync<RedisClusterException>(() => RedisCluster.ConnectAsync(string.Format(null, url, _cluster.Nodes[0].Port)));

    [Fact]
    [Trait("Spec", "A04")]
    public async Task Client_starts_when_only_one_of_the_nodes_named_answers()
    {
        RedisEndpoint dead = ClosedPort();
        RedisEndpoint live = new("127.0.0.1", _cluster.Nodes[2].Port);
        await using RedisCluster client = await RedisCluster.ConnectAsync([dead, dead, live]);
        Assert.Equal("PONG", await client.PingAsync());
        RedisOptions combined = RedisOptions.Parse($"redis://{dead}", new RedisOptions { Endpoints = [live] });
        await using RedisCluster second = await RedisCluster.ConnectAsync(combined);
        Assert.Equal("PONG", await second.PingAsync());
    }

    [Fact]
    [Trait("Spec", "A04")]
    public async Task Start_does_not_wait_for_a_node_that_accepts_and_says_nothing()
    {
        using var silent = new Socket(SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        var mute = new RedisEndpoint("127.0.0.1", ((IPEndPoint)silent.LocalEndPoint!).Port);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await using RedisCluster client = await RedisCluster.ConnectAsync(
            new RedisOptions { Endpoints = [mute, new("127.0.0.1", _cluster.Nodes[0].Port)], ConnectTimeout = TimeSpan.FromMinutes(1) }, patience.Token);
        Assert.Equal("PONG", await client.PingAsync());
    }

    [Fact]
    [Trait("Spec", "A05")]
    public async Task Start_fails_with_the_cause_when_no_node_answers()
    {
        RedisEndpoint dead = ClosedPort();
        var error = await Assert.ThrowsAsync<RedisClusterException>(() => RedisCluster.ConnectAsync([dead]));
        Assert.Contains(dead.ToString(), error.Message, StringComparison.Ordinal);
        Assert.IsType<RedisConnectionException>(error.InnerException);
    }

    [Fact]
    [Trait("Spec", "A05")]
    public async Task Start_fails_with_a_clear_error_when_nothing_is_named()
    {
        var error = await Assert.ThrowsAsync<RedisClusterException>(() => RedisCluster.ConnectAsync([]));
        Assert.Contains("list of endpoints", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "A05")]
    public async Task Start_fails_with_the_cause_when_the_server_is_no_cluster()
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync();
        var error = await Assert.ThrowsAsync<RedisClusterException>(() => RedisCluster.ConnectAsync("127.0.0.1", server.Port));
        Assert.Contains("Cluster mode is not enabled", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ends_when_it_is_cancelled()
    {
        using var silent = new Socket(SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen();
        using var cancel = new CancellationTokenSource();
        Task connecting = RedisCluster.ConnectAsync([new("127.0.0.1", ((IPEndPoint)silent.LocalEndPoint!).Port)], cancel.Token);
        Assert.False(connecting.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    [Fact]
    [Trait("Spec", "A12")]
    public async Task Every_primary_becomes_the_default_node_of_some_client()
    {
        HashSet<RedisEndpoint> seen = [];
        int primaries = (await _cluster.PrimariesAsync()).Count - _cluster.Spares.Count;
        for (int i = 0; i < 100 && seen.Count < primaries; i++)
        {
            await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
            Assert.False(client.DefaultNode.IsReplica);
            seen.Add(client.DefaultNode.Endpoint);
        }

        Assert.Equal(primaries, seen.Count);
    }

    internal static async Task ClientKnowsAsync(RedisCluster client, RedisClusterProcess cluster)
    {
        IEnumerable<int> primaries = (await cluster.PrimariesAsync()).Except(cluster.Spares).Select(node => node.Port).Order();
        IEnumerable<int> replicas = (await cluster.ReplicasAsync()).Select(node => node.Port).Order();
        Assert.Equal(primaries, client.Primaries.Select(node => node.Endpoint.Port).Order());
        Assert.Equal(replicas, client.Replicas.Select(node => node.Endpoint.Port).Order());
        Assert.Equal(client.Primaries.Concat(client.Replicas).ToHashSet(), client.Nodes.ToHashSet());
    }

    // Bound and closed: nobody listens there now.
    private static RedisEndpoint ClosedPort()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return new("127.0.0.1", ((IPEndPoint)socket.LocalEndPoint!).Port);
    }
}
