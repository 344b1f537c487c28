using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>A pipeline with the few commands that tests need, and a client in memory to execute it with.</summary>
internal sealed class PipelineClient(RedisClient client) : RedisPipeline(client)
{
    /// <summary>A client of one server that is connected, and the server's half of its connection.</summary>
    public static async Task<(RedisServer Client, MemoryTransport Server)> ConnectAsync(Clock? clock = null)
    {
        var network = new MemoryNetwork();
        var settings = new ConnectionSettings { Dialer = network, Clock = clock ?? Clock.System, ConnectTimeout = Timeout.InfiniteTimeSpan };
        Task<RedisServer> connecting = RedisServer.ConnectAsync(new RedisEndpoint("test", 7000), settings, Timeout.InfiniteTimeSpan, retryNonIdempotent: false, CancellationToken.None);
        MemoryTransport server = await network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        return (await connecting.InTime(), server);
    }

    public Deferred<string?> Get(string key) => Get(key, Reply.StringOrNull);

    public Deferred<T> Get<T>(string key, ReplyDecoder<T> decoder)
    {
        RequestWriter request = BeginGet(key);
        return Add(ref request, NodeClient.Get, decoder);
    }

    public Deferred<int> Get(string key, Memory<byte> destination)
    {
        RequestWriter request = BeginGet(key);
        return Add(ref request, NodeClient.Get, destination);
    }

    public Deferred<long> Incr(string key)
    {
        RequestWriter request = BeginRequest("*2\r\n$4\r\nINCR\r\n"u8);
        request.WriteKey(key);
        return Add(ref request, NodeClient.Incr, Reply.Int64);
    }

    private RequestWriter BeginGet(string key)
    {
        RequestWriter request = BeginRequest("*2\r\n$3\r\nGET\r\n"u8);
        request.WriteKey(key);
        return request;
    }
}
