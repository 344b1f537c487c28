namespace TypedRedis.Benchmarks.Cases;

/// <summary>The commands that are measured, as a user would declare them.</summary>
[RedisInterface]
internal partial interface IBenchmarkCommands
{
    [Command("GET $key")]
    ValueTask<string?> GetAsync(RedisKey key);

    [Command("GET $key")]
    ValueTask<RedisLease> GetLeaseAsync(RedisKey key);

    [Command("GET $key")]
    ValueTask<int> GetAsync(RedisKey key, Memory<byte> destination);

    [Command("SET $key $value")]
    ValueTask<bool> SetAsync(RedisKey key, ReadOnlyMemory<byte> value);

    [Command("SET $key $value")]
    ValueTask<bool> SetAsync(RedisKey key, string value);

    [Command("INCR $key")]
    ValueTask<long> IncrementAsync(RedisKey key);

    [Command("MGET $keys")]
    ValueTask<string?[]> GetManyAsync(RedisKey[] keys);

    [Command("MGET $keys")]
    ValueTask<string?[]> GetManySplitAsync(RedisKey[] keys);
}
