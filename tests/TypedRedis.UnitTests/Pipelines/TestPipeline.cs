using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>A pipeline as the generator writes them.</summary>
internal sealed class TestPipeline(RedisClient client) : RedisPipeline(client)
{
    private static readonly CommandInfo s_call = new(
        "FCALL", CommandFlags.Write, RetryClass.NotIdempotent, library: new FunctionLibraryInfo("lib", "#!lua name=lib"));

    private static readonly CommandInfo s_script = new(
        "EVALSHA", CommandFlags.Write, RetryClass.NotIdempotent, script: new ScriptInfo("return 1", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db"));

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

    public Deferred Set(string key, string value)
    {
        RequestWriter request = BeginRequest("*3\r\n$3\r\nSET\r\n"u8);
        request.WriteKey(key);
        request.WriteArgument(value);
        return Add(ref request, NodeClient.Set);
    }

    public Deferred<long> Incr(string key)
    {
        RequestWriter request = BeginRequest("*2\r\n$4\r\nINCR\r\n"u8);
        request.WriteKey(key);
        return Add(ref request, NodeClient.Incr, Reply.Int64);
    }

    /// <summary>Calls the function of a library whose code is known.</summary>
    public Deferred<long> Call(string key)
    {
        RequestWriter request = BeginRequest("*4\r\n$5\r\nFCALL\r\n$1\r\nf\r\n$1\r\n1\r\n"u8);
        request.WriteKey(key);
        return Add(ref request, s_call, Reply.Int64);
    }

    /// <summary>Runs a script by its digest.</summary>
    public Deferred<long> Script(string key)
    {
        RequestWriter request = BeginRequest(4, "$7\r\nEVALSHA\r\n"u8);
        request.WriteArgument(s_script.Script!.Sha1);
        request.WriteArgument(1);
        request.WriteKey(key);
        return Add(ref request, s_script, Reply.Int64);
    }

    /// <summary>Appends a SET that announces two arguments.</summary>
    public void AddUnwhole(int arguments)
    {
        RequestWriter request = BeginRequest(3, "$3\r\nSET\r\n"u8);
        for (int i = 0; i < arguments; i++)
        {
            request.WriteArgument("secret");
        }

        _ = Add(ref request, NodeClient.Set);
    }

    private RequestWriter BeginGet(string key)
    {
        RequestWriter request = BeginRequest("*2\r\n$3\r\nGET\r\n"u8);
        request.WriteKey(key);
        return request;
    }
}
