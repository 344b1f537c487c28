using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

[Collection(ClusterCollection.Name)]
public sealed class ClusterNodesTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A09")]
    public async Task Node_is_found_by_address_name_and_alias()
    {
        await using RedisCluster client = await ConnectAsync();
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(0);
        ClusterNode node = client.FindNode("127.0.0.1", primary.Port)!;
        Assert.Equal(primary.Address, node.Name);
        Assert.Equal(primary.Id, node.Id);
        Assert.False(node.IsReplica);
        Assert.Equal(node, client.FindNode(primary.Address));
        Assert.Equal(node, client.FindNode("localhost", primary.Port));
        Assert.Equal(node, client.FindNode($"localhost:{primary.Port}"));
        Assert.Contains(client.GetRandomNode(), client.Nodes);
    }

    [Theory]
    [Trait("Spec", "A09")]
    [InlineData("127.0.0.1:1")]
    [InlineData("127.0.0.2:6379")]
    [InlineData("nowhere")]
    [InlineData("nowhere:port")]
    [InlineData("")]
    public async Task Unknown_node_is_not_found(string name)
    {
        await using RedisCluster client = await ConnectAsync();
        Assert.Null(client.FindNode(name));
    }

    [Fact]
    [Trait("Spec", "A13")]
    public async Task Default_node_is_chosen_and_gets_commands_without_keys()
    {
        await using RedisCluster client = await ConnectAsync();
        foreach (ClusterNode node in client.Nodes)
        {
            Assert.True(client.SetDefaultNode(node));
            Assert.Equal(node, client.DefaultNode);
            await _cluster.ResetStatisticsAsync();
            await client.ClientIdAsync();
            ClusterNodeProcess server = _cluster.Nodes.Single(process => process.Port == node.Endpoint.Port);
            Assert.Equal(1, (await RedisClusterProcess.CommandStatisticsAsync(server))["client|id"].Calls);
        }
    }

    [Fact]
    [Trait("Spec", "A13")]
    public async Task Default_node_stays_when_none_or_a_stranger_is_given()
    {
        await using RedisCluster client = await ConnectAsync();
        ClusterNode before = client.DefaultNode;
        Assert.False(client.SetDefaultNode(null));
        await using RedisClusterProcess other = await RedisClusterProcess.StartAsync(new() { Primaries = 3, ReplicasPerPrimary = 0 });
        await using RedisCluster otherClient = await RedisCluster.ConnectAsync("127.0.0.1", other.Nodes[0].Port);
        Assert.False(client.SetDefaultNode(otherClient.DefaultNode));
        Assert.Equal(before, client.DefaultNode);
    }

    [Fact]
    [Trait("Spec", "A20")]
    public async Task Slot_of_a_key_is_the_servers()
    {
        await using RedisCluster client = await ConnectAsync();
        RedisKey[] keys = ["foo", "{user1000}.following", "foo{}{bar}", "foo{{bar}}zap", "{}", "}{a}", "", "héllo{日本}", new byte[] { 0xFF, 0x00, (byte)'{', 0x80, (byte)'}' }];
        foreach (RedisKey key in keys)
        {
            RespValue slot = await client.ExecuteAsync(new RawCommand("CLUSTER", "KEYSLOT").Argument(key.ToArray()));
            Assert.Equal(slot.ToInt64(), client.SlotOf(key));
        }
    }

    [Fact]
    [Trait("Spec", "A21")]
    public async Task Keyed_command_goes_to_the_owner_of_its_slot_only()
    {
        await using RedisCluster client = await ConnectAsync();
        await _cluster.ResetStatisticsAsync();
        foreach (int slot in (int[])[0, 5000, 9000, 16383])
        {
            await client.SetAsync(HashSlots.KeyForSlot(slot, ":a21"), "v");
            Assert.Equal("v", await client.GetAsync(HashSlots.KeyForSlot(slot, ":a21")));
        }

        Assert.Equal(new CommandStatistic(4, 0, 0), await _cluster.CommandStatisticAsync("get"));
        foreach (ClusterNodeProcess replica in await _cluster.ReplicasAsync())
        {
            // Replicas execute the writes they are told, but no reads.
            Assert.Equal(0, (await RedisClusterProcess.CommandStatisticsAsync(replica))["get"].Calls);
        }
    }

    [Fact]
    public async Task Keys_in_different_slots_are_refused_before_anything_is_sent()
    {
        await using RedisCluster client = await ConnectAsync();
        await _cluster.ResetStatisticsAsync();
        await Assert.ThrowsAsync<RedisCrossSlotException>(() => client.MGetAsync(default, "a", "b").AsTask());
        Assert.Equal(new CommandStatistic(0, 0, 0), await _cluster.CommandStatisticAsync("mget"));
    }

    private Task<RedisCluster> ConnectAsync() => RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
}
