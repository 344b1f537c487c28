using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

/// <summary>Whom the client asks for the topology, and when.</summary>
public sealed class TopologySourceTests
{
    [Fact]
    [Trait("Spec", "A18")]
    public async Task Client_recovers_by_its_seed_after_all_nodes_were_replaced()
    {
        await using var old = ScriptedServer.Start(request => request.Is("GET") ? ScriptedReply.Bulk("old") : null);
        await using var fresh = ScriptedServer.Start(request => request.Is("GET") ? ScriptedReply.Bulk("fresh") : null);
        await using var seed = ScriptedServer.Start(request => request.Is("CLUSTER") ? AllSlots(old) : null);
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", seed.Port);
        Assert.Equal("old", await client.GetAsync("foo"));
        seed.Script = request => request.Is("CLUSTER") ? AllSlots(fresh) : null;
        old.StopListening();
        old.CloseConnections();
        Assert.Equal("fresh", await client.GetAsync("foo"));
        Assert.Equal(fresh.Address, Assert.Single(client.Nodes).Name);
    }

    [Theory]
    [Trait("Spec", "A19")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nodes_found_are_asked_only_if_the_options_allow(bool dynamic)
    {
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node) : request.Is("GET") ? ScriptedReply.Bulk("v") : null;
        await using var seed = ScriptedServer.Start(request => request.Is("CLUSTER") ? AllSlots(node) : null);
        await using RedisCluster client = await RedisCluster.ConnectAsync(
            new RedisOptions { Endpoints = [new("127.0.0.1", seed.Port)], DynamicStartupNodes = dynamic });
        Assert.Equal("v", await client.GetAsync("foo"));
        seed.ClearRequests();
        await client.RefreshTopologyAsync();
        Assert.Equal(dynamic, node.Requests.Any(request => request.Is("CLUSTER")));
        Assert.Equal(!dynamic, seed.Requests.Any(request => request.Is("CLUSTER")));
    }

    [Fact]
    [Trait("Spec", "A67")]
    public async Task All_nodes_share_the_work_of_telling_the_topology()
    {
        await using var a = ScriptedServer.Start();
        await using var b = ScriptedServer.Start();
        await using var c = ScriptedServer.Start();
        ScriptedServer[] nodes = [a, b, c];
        foreach (ScriptedServer node in nodes)
        {
            node.Script = request => request.Is("CLUSTER") ? ScriptedReply.ClusterSlots((0, 4999, [a]), (5000, 9999, [b]), (10000, 16383, [c]))
                : request.Is("GET") ? ScriptedReply.Bulk("v") : null;
        }

        await using RedisCluster client = await RedisCluster.ConnectAsync(
            new RedisOptions { Endpoints = [new("127.0.0.1", a.Port)], Random = new Random(5) });
        await Task.WhenAll(((int[])[1, 6000, 16000]).Select(slot => client.GetAsync(HashSlots.KeyForSlot(slot)).AsTask()));
        for (int i = 0; i < 12; i++)
        {
            await client.RefreshTopologyAsync();
        }

        Assert.All(nodes, node => Assert.Contains(node.Requests, request => request.Is("CLUSTER", "SLOTS")));
    }

    [Fact]
    [Trait("Spec", "A68")]
    public async Task Topology_is_read_periodically_when_the_options_say_so()
    {
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node) : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync(
            new RedisOptions { Endpoints = [new("127.0.0.1", node.Port)], TopologyRefreshInterval = TimeSpan.FromMilliseconds(20) });
        await Eventually.TrueAsync(() => client.Refreshes >= 3, description: "three readings");
    }

    [Fact]
    [Trait("Spec", "A66")]
    public async Task Many_requests_for_the_topology_become_one_reading()
    {
        var gate = new TaskCompletionSource();
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node) : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", node.Port);
        node.ClearRequests();
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node).When(gate.Task) : null;
        Task first = client.RefreshTopologyAsync();
        await node.WaitForRequestAsync(request => request.Is("CLUSTER"));
        Task[] others = [.. Enumerable.Range(0, 200).Select(_ => client.RefreshTopologyAsync())];
        Assert.False(first.IsCompleted);
        gate.SetResult();
        await first;
        await Task.WhenAll(others);
        Assert.Equal(2, node.Requests.Count(request => request.Is("CLUSTER")));
        Assert.Equal(2, client.Refreshes);
    }

    private static ScriptedReply AllSlots(ScriptedServer owner) => ScriptedReply.ClusterSlots((0, 16383, [owner]));
}
