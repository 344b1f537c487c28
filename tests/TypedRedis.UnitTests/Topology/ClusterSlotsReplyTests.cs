using System.Text;
using TypedRedis.Protocol;
using TypedRedis.Topology;

namespace TypedRedis.UnitTests.Topology;

public class ClusterSlotsReplyTests
{
    private const string Id = "$40\r\n09dbe9720cda62f7865eabc5fd8857c5d2678366\r\n";

    [Fact]
    public void Ranges_and_nodes_are_read()
    {
        ClusterSlotsReply reply = Decode(
            $"*2\r\n*4\r\n:0\r\n:5460\r\n{Node("127.0.0.1", 7000)}{Node("127.0.0.1", 7003)}*3\r\n:5461\r\n:16383\r\n{Node("127.0.0.1", 7001)}");
        Assert.Equal([7000, 7003, 7001], reply.Nodes.Select(node => node.Port));
        Assert.Equal((0, 5460), (reply.Ranges[0].First, reply.Ranges[0].Last));
        Assert.Equal([0, 1], reply.Ranges[0].Members);
        Assert.Equal((5461, 16383), (reply.Ranges[1].First, reply.Ranges[1].Last));
        Assert.Equal([2], reply.Ranges[1].Members);
        Assert.Equal("09dbe9720cda62f7865eabc5fd8857c5d2678366", reply.Nodes[0].Id);
    }

    [Fact]
    public void Node_of_several_ranges_is_listed_once()
    {
        ClusterSlotsReply reply = Decode($"*2\r\n*3\r\n:0\r\n:1\r\n{Node("h", 1)}*3\r\n:5\r\n:6\r\n{Node("h", 1)}");
        Assert.Single(reply.Nodes);
        Assert.Equal([0], reply.Ranges[1].Members);
    }

    [Fact]
    public void Every_node_of_a_large_cluster_is_listed_once_whether_nodes_share_a_host_or_a_port()
    {
        (string Host, int Port)[] nodes = [.. Enumerable.Range(0, 1_000).Select(i => ($"10.0.{i / 50}.{i % 50}", 7000 + (i % 7)))];
        nodes = [.. nodes, .. Enumerable.Range(1, 500).Select(port => ("10.1.1.1", port))];
        string ranges = string.Concat(Enumerable.Range(0, 3_000).Select(i => $"*3\r\n:{i}\r\n:{i}\r\n{Node(nodes[i % 1_500].Host, nodes[i % 1_500].Port)}"));
        ClusterSlotsReply reply = Decode($"*3000\r\n{ranges}");
        Assert.Equal(nodes, reply.Nodes.Select(node => (node.Host!, node.Port)));
        Assert.All(reply.Ranges.Select((range, i) => (range, i)), entry => Assert.Equal(entry.i % 1_500, Assert.Single(entry.range.Members)));
    }

    [Theory]
    [InlineData(1_000, true)]
    [InlineData(1_001, false)]
    public void Shard_may_have_999_replicas_and_no_more(int members, bool isRead)
    {
        string reply = $"*1\r\n*{members + 2}\r\n:0\r\n:1\r\n{string.Concat(Enumerable.Range(1, members).Select(port => Node("h", port)))}";
        if (isRead)
        {
            Assert.Equal(members, Assert.Single(Decode(reply).Ranges).Members.Length);
        }
        else
        {
            Assert.Throws<RedisProtocolException>(() => Decode(reply));
        }
    }

    [Theory]
    [InlineData("$-1\r\n")]
    [InlineData("_\r\n")]
    [InlineData("*2\r\n:1\r\n*0\r\n")]
    public void Node_whose_id_is_no_text_has_none(string id)
    {
        ClusterSlotsReply reply = Decode($"*1\r\n*4\r\n:0\r\n:16383\r\n*4\r\n$1\r\na\r\n:65535\r\n{id}*2\r\n$8\r\nhostname\r\n$3\r\nown\r\n{Node("b", 2)}");
        Assert.Equal([null, "09dbe9720cda62f7865eabc5fd8857c5d2678366"], reply.Nodes.Select(node => node.Id));
        Assert.Equal(["own", null], reply.Nodes.Select(node => node.HostName));
        Assert.Equal((16383, 65535), (reply.Ranges[0].Last, reply.Nodes[0].Port));
    }

    [Theory]
    [Trait("Spec", "A16")]
    [InlineData("$-1\r\n", null)]
    [InlineData("_\r\n", null)]
    [InlineData("$0\r\n\r\n", null)]
    [InlineData("$1\r\n?\r\n", null)]
    [InlineData("$3\r\n::1\r\n", "::1")]
    [InlineData("$10\r\nhost.local\r\n", "host.local")]
    public void Endpoint_of_any_type_is_read(string endpoint, string? host)
    {
        ClusterSlotsReply reply = Decode($"*1\r\n*3\r\n:0\r\n:1\r\n*4\r\n{endpoint}:7000\r\n{Id}*0\r\n");
        Assert.Equal(host, Assert.Single(reply.Nodes).Host);
    }

    [Theory]
    [InlineData("*4\r\n$2\r\nip\r\n$9\r\n127.0.0.1\r\n$8\r\nhostname\r\n$6\r\nnode-1\r\n", "node-1")]
    [InlineData("%2\r\n$2\r\nip\r\n$9\r\n127.0.0.1\r\n$8\r\nhostname\r\n$6\r\nnode-1\r\n", "node-1")]
    [InlineData("*2\r\n$8\r\nhostname\r\n$6\r\nnode-1\r\n", "node-1")]
    [InlineData("*2\r\n$8\r\nhostname\r\n$0\r\n\r\n", null)]
    [InlineData("*2\r\n$6\r\nfuture\r\n*2\r\n:1\r\n:2\r\n", null)]
    [InlineData("*1\r\n$3\r\nodd\r\n", null)]
    [InlineData("*4\r\n$8\r\nhostname\r\n$6\r\nnode-1\r\n$2\r\nip\r\n$9\r\n127.0.0.1\r\n", "node-1")]
    [InlineData("*2\r\n$8\r\nhostname\r\n*1\r\n$6\r\nnode-1\r\n", null)]
    [InlineData("*4\r\n*1\r\n$8\r\nhostname\r\n$1\r\nx\r\n$8\r\nhostname\r\n$6\r\nnode-1\r\n", "node-1")]
    [InlineData("*2\r\n$8\r\nhostname\r\n$1\r\n\0\r\n", null)]
    [InlineData("%0\r\n", null)]
    [InlineData("$-1\r\n", null)]
    public void Announced_host_name_is_read(string metadata, string? hostName)
    {
        ClusterSlotsReply reply = Decode($"*1\r\n*4\r\n:0\r\n:1\r\n*4\r\n$1\r\na\r\n:1\r\n{Id}{metadata}{Node("b", 2)}");
        Assert.Equal([hostName, null], reply.Nodes.Select(node => node.HostName));
        Assert.Equal([1, 2], reply.Nodes.Select(node => node.Port));
    }

    [Fact]
    public void Later_additions_are_passed_over()
    {
        ClusterSlotsReply reply = Decode(
            $"*1\r\n*4\r\n:0\r\n:1\r\n*6\r\n$1\r\na\r\n:1\r\n{Id}*0\r\n*1\r\n%1\r\n:1\r\n:2\r\n+new\r\n{Node("b", 2)}");
        Assert.Equal([1, 2], reply.Nodes.Select(node => node.Port));
    }

    [Fact]
    public void Old_server_without_ids_is_read() => Assert.Null(Assert.Single(Decode("*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n").Nodes).Id);

    [Fact]
    public void Server_that_tells_ids_and_no_more_is_read()
    {
        ClusterSlotsReply reply = Decode($"*1\r\n*4\r\n:0\r\n:1\r\n*3\r\n$1\r\na\r\n:1\r\n{Id}*3\r\n$1\r\nb\r\n:2\r\n{Id}");
        Assert.Equal([1, 2], reply.Nodes.Select(node => node.Port));
        Assert.All(reply.Nodes, node => Assert.Null(node.HostName));
    }

    [Fact]
    public void Range_for_each_slot_is_read()
    {
        string range = $"*3\r\n:0\r\n:0\r\n{Node("a", 1)}";
        Assert.Equal(16384, Decode("*16384\r\n" + string.Concat(Enumerable.Repeat(range, 16384))).Ranges.Count);
    }

    [Fact]
    public void Cluster_without_slots_is_read() => Assert.Empty(Decode("*0\r\n").Ranges);

    [Theory]
    [InlineData("+OK\r\n")]
    [InlineData("_\r\n")]
    [InlineData("*-1\r\n")]
    [InlineData("*1\r\n:1\r\n")]
    [InlineData("*1\r\n*0\r\n")]
    [InlineData("*1\r\n*2\r\n:0\r\n:1\r\n")]
    [InlineData("*1\r\n*3\r\n:0\r\n:16384\r\n*2\r\n$1\r\na\r\n:1\r\n")]
    [InlineData("*1\r\n*3\r\n:-1\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n")]
    [InlineData("*1\r\n*3\r\n:9\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n")]
    [InlineData("*1\r\n*3\r\n$1\r\nx\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n")]
    [InlineData("*1\r\n*3\r\n:0\r\n:1\r\n*1\r\n$1\r\na\r\n")]
    [InlineData("*1\r\n*3\r\n:0\r\n:1\r\n$1\r\na\r\n")]
    [InlineData("*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$1\r\na\r\n:0\r\n")]
    [InlineData("*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$1\r\na\r\n:65536\r\n")]
    [InlineData("*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n$1\r\n\0\r\n:1\r\n")]
    [InlineData("*1\r\n*3\r\n:0\r\n:1\r\n*2\r\n*0\r\n:1\r\n")]
    [InlineData("*1\r\n*3\r\n*0\r\n:1\r\n*2\r\n$1\r\na\r\n:1\r\n")]
    public void Anything_no_server_says_is_a_protocol_error(string reply) => Assert.Throws<RedisProtocolException>(() => Decode(reply));

    [Fact]
    public void More_ranges_than_slots_are_a_protocol_error()
    {
        string range = $"*3\r\n:0\r\n:0\r\n{Node("a", 1)}";
        Assert.Throws<RedisProtocolException>(() => Decode("*16385\r\n" + string.Concat(Enumerable.Repeat(range, 16385))));
    }

    private static ClusterSlotsReply Decode(string reply)
    {
        var reader = new RespReader(Encoding.UTF8.GetBytes(reply));
        return ClusterSlotsReply.Decoder.DecodeNext(ref reader);
    }

    private static string Node(string host, int port) => $"*4\r\n${host.Length}\r\n{host}\r\n:{port}\r\n{Id}*0\r\n";
}
