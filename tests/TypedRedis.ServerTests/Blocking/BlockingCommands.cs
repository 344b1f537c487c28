using TypedRedis.Protocol;

namespace TypedRedis.ServerTests.Blocking;

/// <summary>Some commands that block, sent as generated code sends them.</summary>
internal static class BlockingCommands
{
    private static readonly CommandInfo s_blpop = new("BLPOP", CommandFlags.Write | CommandFlags.Blocking, RetryClass.NotIdempotent);
    private static readonly CommandInfo s_xread = new("XREAD", CommandFlags.ReadOnly | CommandFlags.Blocking, RetryClass.ReadOnly);
    private static readonly CommandInfo s_lpush = new("LPUSH", CommandFlags.Write, RetryClass.NotIdempotent);
    private static readonly CommandInfo s_llen = new("LLEN", CommandFlags.ReadOnly, RetryClass.ReadOnly);
    private static readonly CommandInfo s_wait =
        new("WAIT", CommandFlags.Blocking | CommandFlags.Session | CommandFlags.Keyless, RetryClass.NotIdempotent);

    private static readonly ReplyDecoder<string[]?> s_pair = Reply.OrNull(Reply.Array(Reply.String));

    /// <summary>Key and element, or null after the timeout; 0 s is for ever.</summary>
    public static ValueTask<string[]?> BLPopAsync(
        this RedisClient client, RedisKey key, double seconds = 0, Deadline deadline = default, CancellationToken cancellationToken = default)
    {
        RequestWriter request = client.BeginRequest("*3\r\n$5\r\nBLPOP\r\n"u8);
        request.WriteKey(key);
        request.WriteArgument(seconds);
        return client.SendBlockingAsync(ref request, s_blpop, s_pair, deadline, cancellationToken);
    }

    /// <summary>Key and element of a reply that is not null.</summary>
    public static (string Key, string Element) Pair(string[]? reply)
    {
        Assert.Equal(2, reply?.Length);
        return (reply![0], reply[1]);
    }

    /// <summary>What a stream has after an id, or what is added from now on if the id is <c>$</c>; waits for it.</summary>
    public static ValueTask<RespValue> XReadAsync(this RedisClient client, RedisKey key, string id)
    {
        RequestWriter request = client.BeginRequest("*6\r\n$5\r\nXREAD\r\n$5\r\nBLOCK\r\n$1\r\n0\r\n$7\r\nSTREAMS\r\n"u8);
        request.WriteKey(key);
        request.WriteArgument(id);
        return client.SendBlockingAsync(ref request, s_xread, Reply.Value, default, default);
    }

    public static ValueTask<long> LPushAsync(this RedisClient client, RedisKey key, string element)
    {
        RequestWriter request = client.BeginRequest("*3\r\n$5\r\nLPUSH\r\n"u8);
        request.WriteKey(key);
        request.WriteArgument(element);
        return client.SendAsync(ref request, s_lpush, Reply.Int64, default, default);
    }

    public static ValueTask<long> LLenAsync(this RedisClient client, RedisKey key)
    {
        RequestWriter request = client.BeginRequest("*2\r\n$4\r\nLLEN\r\n"u8);
        request.WriteKey(key);
        return client.SendAsync(ref request, s_llen, Reply.Int64, default, default);
    }

    public static ValueTask<long> WaitAsync(this RedisClient client, int replicas, int milliseconds)
    {
        RequestWriter request = client.BeginRequest("*3\r\n$4\r\nWAIT\r\n"u8);
        request.WriteArgument(replicas);
        request.WriteArgument(milliseconds);
        return client.SendBlockingAsync(ref request, s_wait, Reply.Int64, default, default);
    }
}
