using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

/// <summary>Nodes that are no longer part of the cluster.</summary>
public sealed class GoneNodeTests
{
    [Fact]
    public async Task Connection_to_a_node_that_left_is_closed_without_another_reading_of_the_topology()
    {
        await using var left = ScriptedServer.Start();
        await using var stays = ScriptedServer.Start();
        Serve(left, left, stays);
        Serve(stays, left, stays);
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", stays.Port);
        Assert.Equal("value", await client.GetAsync(HashSlots.KeyForSlot(1)));
        Assert.Equal("value", await client.GetAsync(HashSlots.KeyForSlot(9000)));
        Assert.Equal(2, client.GetConnectionStatistics().Count(node => node.IsConnected));

        Serve(left, stays, stays);
        Serve(stays, stays, stays);
        await client.RefreshTopologyAsync();
        long readings = client.Refreshes;
        await Eventually.TrueAsync(
            () => client.GetConnectionStatistics().Single(node => node.IsConnected).Endpoint.Port == stays.Port && left.Connections.All(connection => connection.IsClosed),
            TimeSpan.FromSeconds(10),
            "the connection to be closed");
        Assert.Equal(readings, client.Refreshes);
        Assert.Equal("value", await client.GetAsync(HashSlots.KeyForSlot(1)));
    }

    [Fact]
    public void Topology_is_read_every_minute_unless_said_otherwise() =>
        Assert.Equal(TimeSpan.FromSeconds(60), new RedisOptions().TopologyRefreshInterval);

    private static void Serve(ScriptedServer server, ScriptedServer low, ScriptedServer high) => server.Script = request => request.Name switch
    {
        "CLUSTER" => low == high
            ? ScriptedReply.ClusterSlots((0, 16383, [low]))
            : ScriptedReply.ClusterSlots((0, 8191, [low]), (8192, 16383, [high])),
        "GET" => ScriptedReply.Bulk("value"),
        "PING" => ScriptedReply.Simple("PONG"),
        _ => null,
    };
}
