using TypedRedis.Benchmarks.Running;

namespace TypedRedis.Benchmarks.Servers;

/// <summary>Reads the counts of a client's connections.</summary>
internal static class TrafficReader
{
    /// <summary>Counts of all connections together.</summary>
    public static ConnectionTraffic ReadTraffic(this RedisClient client) =>
        client.GetConnectionStatistics().Aggregate(default(ConnectionTraffic), static (sum, node) =>
            sum + new ConnectionTraffic(node.Commands, node.Flushes, node.BytesSent, node.Replies, node.Reads, node.BytesReceived));
}
