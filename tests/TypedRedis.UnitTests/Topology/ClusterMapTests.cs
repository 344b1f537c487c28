using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.Routing;
using TypedRedis.Topology;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Routing;

namespace TypedRedis.UnitTests.Topology;

/// <summary>What becomes of the default node while the picture of the cluster changes.</summary>
public class ClusterMapTests
{
    private static readonly CommandInfo s_ping = new("PING", CommandFlags.Keyless, RetryClass.ReadOnly);
    private static readonly CommandInfo s_randomKey = new("RANDOMKEY", CommandFlags.Keyless, RetryClass.ReadOnly, defaultTarget: CommandTarget.RandomPrimary);

    private readonly ClusterNode _a = SlotMapTests.Node(1);
    private readonly ClusterNode _a1 = SlotMapTests.Node(2, replica: true);
    private readonly ClusterNode _b = SlotMapTests.Node(3);
    private readonly CollectingLogger _logger = new();
    private readonly ClusterMap _map;

    public ClusterMapTests() => _map = new ClusterMap(new Random(1), _logger);

    [Fact]
    public void Without_nodes_there_is_no_target()
    {
        Assert.Null(_map.DefaultNode);
        Assert.Null(_map.TargetOf(s_ping));
        Assert.Null(_map.TargetOf(s_randomKey));
        Assert.Null(_map.RandomPrimary());
        Assert.False(_map.TrySetDefaultNode(null));
        Assert.False(_map.TrySetDefaultNode(_a));
        Assert.Same(SlotMap.Empty, _map.Publish(SlotMap.Empty));
        Assert.Null(_map.DefaultNode);
    }

    [Fact]
    public void First_picture_brings_a_primary_as_default_node_which_then_stays()
    {
        Assert.Same(SlotMap.Empty, _map.Publish(Both()));
        ClusterNode first = _map.DefaultNode!;
        Assert.False(first.IsReplica);
        Assert.Single(_logger.Lines, line => line.Contains($"default node is now {first.Endpoint}", StringComparison.Ordinal));
        Assert.Contains(_logger.Lines, line => line.Contains("3 nodes, 200 of 16384 slots", StringComparison.Ordinal));
        SlotMap before = _map.Slots;
        for (int i = 0; i < 20; i++)
        {
            Assert.Same(before, _map.Publish(before = Both()));
            Assert.Equal(first, _map.DefaultNode);
        }

        Assert.Single(_logger.Lines, line => line.Contains("default node", StringComparison.Ordinal));
        Assert.Same(_map.DefaultNode!.Connection, _map.TargetOf(s_ping));
    }

    [Fact]
    public void Random_primary_is_any_primary_but_the_one_not_wanted()
    {
        _map.Publish(Both());
        HashSet<NodeConnection?> met = [.. Enumerable.Range(0, 100).Select(_ => _map.TargetOf(s_randomKey))];
        Assert.Equal([_a.Connection, _b.Connection], met.OrderBy(node => node!.Endpoint.Port));
        Assert.All(Enumerable.Range(0, 50), _ => Assert.Same(_b, _map.RandomPrimary(except: _a.Connection)));
        _map.Publish(SlotMap.Create([new(0, 99, new Shard(_a, [_a1]))]));
        Assert.Null(_map.RandomPrimary(except: _a.Connection));
    }

    [Fact]
    public void Node_of_the_cluster_can_be_made_the_default_whatever_its_role()
    {
        _map.Publish(Both());
        foreach (ClusterNode node in (ClusterNode[])[_a1, _b, _a])
        {
            Assert.True(_map.TrySetDefaultNode(SlotMapTests.Node(node.Endpoint.Port)));
            Assert.Same(node, _map.DefaultNode);
            Assert.Same(node.Connection, _map.TargetOf(s_ping));
        }

        Assert.False(_map.TrySetDefaultNode(SlotMapTests.Node(9)));
        Assert.Same(_a, _map.DefaultNode);
    }

    [Fact]
    public void Default_node_follows_a_failover_to_the_successor()
    {
        _map.Publish(Both());
        _map.TrySetDefaultNode(_a);
        _map.Publish(SlotMap.Create([new(0, 99, new Shard(_a1.As(replica: false), [_a.As(replica: true)])), new(100, 199, new Shard(_b, []))]));
        Assert.Equal(_a1, _map.DefaultNode);
        Assert.False(_map.DefaultNode!.IsReplica);
        Assert.Contains(_logger.Lines, line => line.Contains($"default node is now {_a1.Endpoint}", StringComparison.Ordinal));
    }

    [Fact]
    public void Replica_that_was_made_the_default_stays_it()
    {
        _map.Publish(Both());
        _map.TrySetDefaultNode(_a1);
        _map.Publish(Both());
        Assert.Same(_a1, _map.DefaultNode);
    }

    [Fact]
    public void Default_node_that_has_left_gives_way_to_a_primary()
    {
        _map.Publish(Both());
        _map.TrySetDefaultNode(_a1);
        _map.Publish(SlotMap.Create([new(0, 199, new Shard(_b, []))]));
        Assert.Same(_b, _map.DefaultNode);
    }

    [Fact]
    public void Failover_that_a_redirect_tells_of_takes_the_default_node_along()
    {
        _map.Publish(Both());
        _map.TrySetDefaultNode(_a);
        _map.MoveSlot(5, _a1.Connection);
        Assert.Equal(_a1, _map.DefaultNode);
        Assert.Same(_a1.Connection, _map.Slots.PrimaryOf(50));
        Assert.Contains(_logger.Lines, line => line.Contains("Slot 5 moved to 127.0.0.1:2", StringComparison.Ordinal));
        Assert.Contains(_logger.Lines, line => line.Contains("default node is now 127.0.0.1:2", StringComparison.Ordinal));
    }

    [Fact]
    public void Failover_leaves_a_default_node_alone_that_it_does_not_concern()
    {
        _map.Publish(Both());
        _map.TrySetDefaultNode(_b);
        _map.MoveSlot(5, _a1.Connection);
        Assert.Same(_b, _map.DefaultNode);

        ClusterNode second = SlotMapTests.Node(4, replica: true);
        _map.Publish(SlotMap.Create([new(0, 99, new Shard(_a, [_a1, second]))]));
        _map.TrySetDefaultNode(second);
        _map.MoveSlot(5, _a1.Connection);
        Assert.Same(second, _map.DefaultNode);
    }

    [Fact]
    public void Slot_that_moves_changes_no_default_node()
    {
        _map.Publish(Both());
        _map.TrySetDefaultNode(_a);
        _map.MoveSlot(5, _b.Connection);
        Assert.Same(_a, _map.DefaultNode);
        Assert.Same(_b.Connection, _map.Slots.PrimaryOf(5));
    }

    [Fact]
    public void Redirect_that_says_what_is_known_changes_and_logs_nothing()
    {
        _map.Publish(Both());
        SlotMap before = _map.Slots;
        _logger.Lines.Clear();
        _map.MoveSlot(5, _a.Connection);
        Assert.Same(before, _map.Slots);
        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public void New_connection_to_the_default_node_is_used_from_then_on()
    {
        _map.Publish(Both());
        _map.TrySetDefaultNode(_a);
        _logger.Lines.Clear();
        NodeConnection fresh = SlotMapTests.Node(1).Connection;
        _map.UseConnection(fresh);
        Assert.Same(fresh, _map.TargetOf(s_ping));
        Assert.Same(fresh, _map.Slots.PrimaryOf(5));
        Assert.Empty(_logger.Lines);
    }

    [Fact]
    public void Default_node_that_fails_gives_way_to_another_primary()
    {
        _map.Publish(Both());
        _map.TrySetDefaultNode(_a);
        _map.ReplaceDefaultNode(_b.Connection);
        Assert.Same(_a, _map.DefaultNode);
        _map.ReplaceDefaultNode(_a.Connection);
        Assert.Same(_b, _map.DefaultNode);
        Assert.Contains(_logger.Lines, line => line.Contains($"default node is now {_b.Endpoint}", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_primary_that_fails_gives_way_to_a_replica_and_the_only_node_to_none()
    {
        _map.Publish(SlotMap.Create([new(0, 99, new Shard(_a, [_a1]))]));
        _map.ReplaceDefaultNode(_a.Connection);
        Assert.Same(_a1, _map.DefaultNode);
        _map.Publish(SlotMap.Create([new(0, 99, new Shard(_b, []))]));
        _map.ReplaceDefaultNode(_b.Connection);
        Assert.Same(_b, _map.DefaultNode);
    }

    private SlotMap Both() => SlotMap.Create([new(0, 99, new Shard(_a, [_a1])), new(100, 199, new Shard(_b, []))]);
}
