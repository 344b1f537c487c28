using TypedRedis.Connections;
using TypedRedis.Routing;
using TypedRedis.Topology;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Topology;

/// <summary>How long a replica that says it is a primary counts as one that knows more.</summary>
public class InformedNodesTests
{
    private static readonly RedisEndpoint s_a = new("test", 1);
    private static readonly RedisEndpoint s_b = new("test", 2);
    private static readonly RedisEndpoint s_c = new("test", 3);

    [Fact]
    public async Task One_that_was_not_asked_counts_until_the_topology_bears_it_out()
    {
        var informed = new InformedNodes();
        await using NodeClient a = NodeClient.Create(port: 1);
        await using NodeClient b = NodeClient.Create(port: 2);
        informed.Add(s_a);
        RedisEndpoint[] asked = informed.All;
        informed.Add(s_b);
        Assert.True(informed.Settle(asked, MapOf(primary: a, replica: b)));
        Assert.Equal([s_b], informed.All);
        Assert.True(informed.Settle([], MapOf(primary: a, replica: b)));
        Assert.False(informed.Settle([], MapOf(primary: b, replica: a)));
        Assert.Empty(informed.All);
    }

    [Fact]
    public void One_whose_word_no_reading_bears_out_is_forgotten_once_a_reading_began_with_it()
    {
        var informed = new InformedNodes();
        informed.Add(s_a);
        informed.Add(s_b);
        informed.Add(s_c);
        informed.Add(s_a);
        Assert.Equal([s_a, s_b, s_c], informed.All);
        Assert.True(informed.Settle(informed.All, SlotMap.Create([])));
        Assert.True(informed.Settle(informed.All, SlotMap.Create([])));
        Assert.Equal([s_c], informed.All);
        Assert.False(informed.Settle(informed.All, SlotMap.Create([])));
    }

    private static SlotMap MapOf(NodeClient primary, NodeClient replica) => SlotMap.Create([new SlotAssignment(
        0, 16383, new Shard(new ClusterNode(primary.Node, "p", null, isReplica: false), [new ClusterNode(replica.Node, "r", null, isReplica: true)]))]);
}
