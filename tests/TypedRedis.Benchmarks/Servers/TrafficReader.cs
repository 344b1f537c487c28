using TypedRedis.Benchmarks.Running;
using TypedRedis.Connections;

namespace TypedRedis.Benchmarks.Servers;

/// <summary>Reads the counts of a client's connections.</summary>
internal static class TrafficReader
{
    /// <summary>Counts of the connection of a single server.</summary>
    public static ConnectionTraffic ReadTraffic(this RedisServer client) => Of(client.Counters);

    /// <summary>Counts of the connections to all primaries together.</summary>
    public static ConnectionTraffic ReadTraffic(this RedisCluster client) =>
        client.Primaries.Aggregate(default(ConnectionTraffic), static (sum, node) => sum + Of(node.Connection.Counters));

    private static ConnectionTraffic Of(ConnectionCounters? counters) => counters is null
        ? default
        : new(counters.Commands, counters.Flushes, counters.BytesSent, counters.Replies, counters.Reads, counters.BytesReceived);
}
