using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Routing;

public class SlotMapTests
{
    private static readonly ConnectionSettings s_settings = new();
    private static readonly ClusterNode s_a = Node(1);
    private static readonly ClusterNode s_b = Node(2);
    private static readonly ClusterNode s_a1 = Node(3, replica: true);
    private static readonly ClusterNode s_a2 = Node(4, replica: true);
    private static readonly SlotMap s_map = SlotMap.Create(
    [
        new(0, 99, new Shard(s_a, [s_a1, s_a2])),
        new(100, 199, new Shard(s_b, [])),
        new(300, 300, new Shard(s_a, [s_a1, s_a2])),
    ]);

    [Fact]
    public void Slot_belongs_to_the_shard_of_its_range()
    {
        Assert.Same(s_a.Connection, s_map.PrimaryOf(0));
        Assert.Same(s_a.Connection, s_map.PrimaryOf(99));
        Assert.Same(s_b.Connection, s_map.PrimaryOf(100));
        Assert.Same(s_a.Connection, s_map.PrimaryOf(300));
        Assert.Equal([s_a1, s_a2], s_map.ShardOf(50)!.Replicas);
        Assert.Equal(201, s_map.CoveredSlots);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(299)]
    [InlineData(301)]
    [InlineData(16383)]
    public void Slot_outside_of_all_ranges_belongs_to_nobody(int slot)
    {
        Assert.Null(s_map.PrimaryOf(slot));
        Assert.Null(s_map.ShardOf(slot));
    }

    [Fact]
    public void Nodes_are_listed_once_by_role()
    {
        Assert.Equal([s_a, s_b], s_map.Nodes.Primaries);
        Assert.Equal([s_a1, s_a2], s_map.Nodes.Replicas);
        Assert.Equal(4, s_map.Nodes.All.Length);
        Assert.Same(s_a2, s_map.Nodes.Find(s_a2.Endpoint));
        Assert.Same(s_a2, s_map.Nodes.Find(new("localhost", 4)));
        Assert.Null(s_map.Nodes.Find(new("127.0.0.1", 9)));
        Assert.Null(s_map.Nodes.Find(new("localhost", 9)));
        Assert.Equal(s_a, s_map.ShardOf(s_a2)!.Primary);
        Assert.Null(s_map.ShardOf(Node(9)));
    }

    [Fact]
    public void Empty_map_covers_nothing()
    {
        Assert.Equal(0, SlotMap.Empty.CoveredSlots);
        Assert.Null(SlotMap.Empty.PrimaryOf(0));
        Assert.Empty(SlotMap.Empty.Nodes.All);
    }

    [Fact]
    public void Moved_to_another_primary_changes_that_slot_only()
    {
        SlotMap moved = s_map.WithOwner(5, s_b.Connection);
        Assert.Same(s_b.Connection, moved.PrimaryOf(5));
        Assert.Same(s_a.Connection, moved.PrimaryOf(4));
        Assert.Same(s_a.Connection, moved.PrimaryOf(6));
        Assert.Same(s_a.Connection, s_map.PrimaryOf(5));
        Assert.Equal([s_a1, s_a2], s_map.WithOwner(150, s_a.Connection).ShardOf(150)!.Replicas);
    }

    [Fact]
    public void Moved_to_the_present_owner_over_a_new_connection_changes_the_way_to_it_everywhere()
    {
        NodeConnection fresh = Node(1).Connection;
        SlotMap changed = s_map.WithOwner(5, fresh);
        Assert.Same(fresh, changed.PrimaryOf(5));
        Assert.Same(fresh, changed.PrimaryOf(300));
    }

    [Fact]
    public void Redirects_to_ever_new_nodes_forget_those_that_have_no_slot()
    {
        // As many shards as there are numbers for; all but the last have no slot any more.
        SlotMap full = SlotMap.Create(Enumerable.Range(1, ushort.MaxValue).Select(port => new SlotAssignment(0, 0, new Shard(Node(port), []))));
        SlotMap moved = full.WithOwner(1, Elsewhere(1)).WithOwner(2, Elsewhere(2));
        Assert.Equal(ushort.MaxValue, moved.PrimaryOf(0)!.Endpoint.Port);
        Assert.Equal("10.0.0.1:1", moved.PrimaryOf(1)!.Endpoint.ToString());
        Assert.Equal("10.0.0.1:2", moved.PrimaryOf(2)!.Endpoint.ToString());
        Assert.Equal(3, moved.CoveredSlots);
        Assert.Equal(3, moved.Nodes.All.Length);

        static NodeConnection Elsewhere(int port) => new(new("10.0.0.1", port), s_settings, NoRecovery.Instance);
    }

    [Fact]
    public void Moved_to_the_present_owner_changes_nothing() => Assert.Same(s_map, s_map.WithOwner(5, s_a.Connection));

    [Fact]
    public void Moved_to_a_new_node_makes_it_the_slots_primary()
    {
        ClusterNode spare = Node(8);
        SlotMap moved = s_map.WithOwner(5, spare.Connection);
        Assert.Same(spare.Connection, moved.PrimaryOf(5));
        Assert.Contains(spare, moved.Nodes.Primaries);
        Assert.Empty(moved.ShardOf(5)!.Replicas);
        Assert.Same(spare.Connection, moved.WithOwner(6, spare.Connection).PrimaryOf(6));
    }

    [Fact]
    public void Moved_to_an_unowned_slot_covers_it()
    {
        SlotMap moved = s_map.WithOwner(200, s_b.Connection);
        Assert.Same(s_b.Connection, moved.PrimaryOf(200));
        Assert.Equal(202, moved.CoveredSlots);
    }

    [Fact]
    [Trait("Spec", "A54")]
    public void Moved_to_a_replica_of_the_shard_is_a_failover()
    {
        SlotMap moved = s_map.WithOwner(5, s_a2.Connection);
        Assert.Same(s_a2.Connection, moved.PrimaryOf(5));
        Assert.Same(s_a2.Connection, moved.PrimaryOf(300));
        Assert.Equal([s_a1, s_a], moved.ShardOf(5)!.Replicas);
        Assert.Same(s_a1, moved.ShardOf(5)!.Replicas[0]);
        Assert.All(moved.Nodes.Replicas, node => Assert.True(node.IsReplica));
        Assert.Equal([s_a2, s_b], moved.Nodes.Primaries);
    }

    [Fact]
    public void Moved_to_a_replica_of_another_shard_makes_it_a_primary()
    {
        SlotMap moved = s_map.WithOwner(150, s_a1.Connection);
        Assert.Same(s_a1.Connection, moved.PrimaryOf(150));
        Assert.Contains(moved.Nodes.Primaries, node => node.Equals(s_a1) && !node.IsReplica);
        Assert.Same(s_a.Connection, moved.PrimaryOf(5));
    }

    [Fact]
    public void New_connection_to_a_node_replaces_the_old_one_everywhere()
    {
        NodeConnection fresh = Node(1).Connection;
        SlotMap changed = s_map.WithConnection(fresh);
        Assert.Same(fresh, changed.PrimaryOf(0));
        Assert.Same(fresh, changed.PrimaryOf(300));
        Assert.Same(s_b.Connection, changed.PrimaryOf(100));
    }

    [Fact]
    public void Every_slot_can_have_an_owner_of_its_own()
    {
        SlotMap map = SlotMap.Create(
            Enumerable.Range(0, HashSlot.Count).Select(slot => new SlotAssignment(slot, slot, new Shard(Node(10_000 + slot), []))));
        map = map.WithOwner(1, Node(5).Connection).WithOwner(1, Node(6).Connection);
        Assert.Equal(6, map.PrimaryOf(1)!.Endpoint.Port);
        Assert.Equal(10_000, map.PrimaryOf(0)!.Endpoint.Port);
    }

    internal static ClusterNode Node(int port, bool replica = false) =>
        new(new NodeConnection(new("127.0.0.1", port), s_settings, NoRecovery.Instance), $"id{port}", null, replica);
}
