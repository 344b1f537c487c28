using TypedRedis.Connections;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>A client of one server in memory.</summary>
internal static class OneServer
{
    /// <summary>A client that is connected, and the server's half of its connection.</summary>
    public static async Task<(RedisServer Client, MemoryTransport Server)> ConnectAsync(Clock? clock = null)
    {
        var network = new MemoryNetwork();
        var settings = new ConnectionSettings { Dialer = network, Resolver = network, Clock = clock ?? Clock.System, ConnectTimeout = Timeout.InfiniteTimeSpan };
        Task<RedisServer> connecting = RedisServer.ConnectAsync(new RedisEndpoint("test", 7000), settings, Timeout.InfiniteTimeSpan, retryNonIdempotent: false, CancellationToken.None);
        MemoryTransport server = await network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        return (await connecting.InTime(), server);
    }
}
