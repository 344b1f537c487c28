using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Routing;

public class NodeListTests
{
    private static readonly ClusterNode s_primary = Node("127.0.0.1", 1);
    private static readonly ClusterNode s_replica = Node("10.0.0.2", 2, "Two.example.org", replica: true);

    [Fact]
    public void Node_that_is_primary_and_replica_at_once_is_a_primary()
    {
        ClusterNode asReplica = Node("127.0.0.1", 1, replica: true);
        ClusterNode other = Node("127.0.0.1", 3);
        foreach (NodeList list in (NodeList[])[new([new Shard(s_primary, []), new Shard(other, [asReplica])]), new([new Shard(other, [asReplica]), null, new Shard(s_primary, [])])])
        {
            Assert.Equal(2, list.All.Length);
            Assert.Empty(list.Replicas);
            Assert.Same(s_primary, list.Find(new("127.0.0.1", 1)));
        }
    }

    [Fact]
    public void Replica_is_found_by_its_endpoint_and_by_the_name_it_announces()
    {
        var list = new NodeList([new Shard(s_primary, [s_replica])]);
        Assert.Same(s_replica, list.Find(new("10.0.0.2", 2)));
        Assert.Same(s_replica, list.Find(new("two.EXAMPLE.org", 2)));
        Assert.Null(list.Find(new("two.example.org", 1)));
        Assert.Null(list.Find(new("one.example.org", 2)));
        Assert.Null(list.Find(new("10.0.0.2", 1)));
    }

    [Fact]
    public void Localhost_finds_loopback_addresses_and_nothing_else()
    {
        ClusterNode v6 = Node("::1", 6);
        ClusterNode both = Node("127.0.0.1", 6);
        var list = new NodeList([new Shard(s_primary, [s_replica]), new Shard(v6, [])]);
        Assert.Same(s_primary, list.Find(new("LocalHost", 1)));
        Assert.Same(v6, list.Find(new("localhost", 6)));
        Assert.Null(list.Find(new("localhost", 2)));
        Assert.Null(list.Find(new("other", 1)));
        Assert.Same(both, new NodeList([new Shard(v6, []), new Shard(both, [])]).Find(new("localhost", 6)));
    }

    [Fact]
    public void Node_known_as_localhost_is_found_before_one_at_the_address()
    {
        ClusterNode byName = Node("localhost", 1);
        Assert.Same(byName, new NodeList([new Shard(s_primary, []), new Shard(byName, [])]).Find(new("localhost", 1)));
    }

    [Fact]
    public void Node_shows_its_name_and_role()
    {
        Assert.Equal("127.0.0.1:1 (primary)", s_primary.ToString());
        Assert.Equal("10.0.0.2:2 (replica)", s_replica.ToString());
    }

    private static ClusterNode Node(string host, int port, string? name = null, bool replica = false) =>
        new(new NodeConnection(new(host, port), new ConnectionSettings(), NoRecovery.Instance), null, name, replica);
}
