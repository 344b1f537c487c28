namespace TypedRedis.Benchmarks.Fairness;

/// <summary>The commands of the scenarios, as a user would declare them.</summary>
[RedisInterface]
internal partial interface IFairnessCommands
{
    [Command("GET $key")]
    ValueTask<int> GetAsync(RedisKey key, Memory<byte> destination, CancellationToken cancellationToken = default);

    [Command("GET $key")]
    ValueTask<RedisLease> GetLeaseAsync(RedisKey key);

    [Command("SET $key $value")]
    ValueTask<bool> SetAsync(RedisKey key, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default);

    [Command("INCR $key")]
    ValueTask<long> IncrementAsync(RedisKey key);
}
