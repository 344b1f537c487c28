using TypedRedis.Protocol;

namespace TypedRedis.ServerTests.Cluster;

/// <summary>Some commands, sent as generated code sends them.</summary>
internal static class Commands
{
    private static readonly CommandInfo s_get = new("GET", CommandFlags.ReadOnly, RetryClass.ReadOnly);
    private static readonly CommandInfo s_mget = new("MGET", CommandFlags.ReadOnly, RetryClass.ReadOnly);
    private static readonly CommandInfo s_set = new("SET", CommandFlags.Write, RetryClass.Idempotent);
    private static readonly CommandInfo s_incr = new("INCR", CommandFlags.Write, RetryClass.NotIdempotent);
    private static readonly CommandInfo s_ping = new("PING", CommandFlags.Keyless, RetryClass.ReadOnly);
    private static readonly CommandInfo s_clientId = new("CLIENT ID", CommandFlags.Keyless, RetryClass.ReadOnly);

    public static ValueTask<string?> GetAsync(this RedisClient client, RedisKey key, Deadline deadline = default, CancellationToken cancellationToken = default)
    {
        RequestWriter request = client.BeginRequest("*2\r\n$3\r\nGET\r\n"u8);
        request.WriteKey(key);
        return client.SendAsync(ref request, s_get, Reply.StringOrNull, deadline, cancellationToken);
    }

    public static ValueTask<string?[]> MGetAsync(this RedisClient client, Deadline deadline, params RedisKey[] keys)
    {
        RequestWriter request = client.BeginRequest(keys.Length + 1, "$4\r\nMGET\r\n"u8);
        foreach (RedisKey key in keys)
        {
            request.WriteKey(key);
        }

        return client.SendAsync(ref request, s_mget, Reply.Array(Reply.StringOrNull), deadline, default);
    }

    public static ValueTask SetAsync(this RedisClient client, RedisKey key, string value, Deadline deadline = default, CancellationToken cancellationToken = default)
    {
        RequestWriter request = client.BeginRequest("*3\r\n$3\r\nSET\r\n"u8);
        request.WriteKey(key);
        request.WriteArgument(value);
        return client.SendAsync(ref request, s_set, deadline, cancellationToken);
    }

    public static ValueTask<long> IncrAsync(this RedisClient client, RedisKey key, Deadline deadline = default)
    {
        RequestWriter request = client.BeginRequest("*2\r\n$4\r\nINCR\r\n"u8);
        request.WriteKey(key);
        return client.SendAsync(ref request, s_incr, Reply.Int64, deadline, default);
    }

    public static ValueTask<string> PingAsync(this RedisClient client, Deadline deadline = default)
    {
        RequestWriter request = client.BeginRequest("*1\r\n$4\r\nPING\r\n"u8);
        return client.SendAsync(ref request, s_ping, Reply.String, deadline, default);
    }

    public static ValueTask<long> ClientIdAsync(this RedisClient client)
    {
        RequestWriter request = client.BeginRequest("*2\r\n$6\r\nCLIENT\r\n$2\r\nID\r\n"u8);
        return client.SendAsync(ref request, s_clientId, Reply.Int64, default, default);
    }
}
