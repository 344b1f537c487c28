using System.Globalization;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Blocking;

/// <summary>How many clients a server says are blocked.</summary>
internal static class BlockedClients
{
    private const string Field = "blocked_clients:";

    public static async Task<int> CountAsync(RedisServerProcess server) => Parse((await server.CallAsync("INFO", "clients")).Text!);

    public static async Task<int> CountAsync(ClusterNodeProcess node) => Parse((await node.CallAsync("INFO", "clients")).Text!);

    public static Task WaitForAsync(RedisServerProcess server, int count) =>
        Eventually.TrueAsync(async () => await CountAsync(server) == count, description: $"{count} blocked clients");

    public static Task WaitForAsync(ClusterNodeProcess node, int count) =>
        Eventually.TrueAsync(async () => await CountAsync(node) == count, description: $"{count} blocked clients");

    private static int Parse(string info)
    {
        string line = info.Split("\r\n").Single(line => line.StartsWith(Field, StringComparison.Ordinal));
        return int.Parse(line.AsSpan(Field.Length), CultureInfo.InvariantCulture);
    }
}
