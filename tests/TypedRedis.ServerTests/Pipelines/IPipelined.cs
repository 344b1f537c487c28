namespace TypedRedis.ServerTests.Pipelines;

/// <summary>Commands for the tests of pipelines and transactions.</summary>
[RedisInterface]
internal partial interface IPipelined
{
    ValueTask<string?> GetAsync(RedisKey key);

    ValueTask<int> GetAsync(RedisKey key, Memory<byte> destination);

    ValueTask<bool> SetAsync(RedisKey key, string value, CancellationToken cancellationToken = default);

    ValueTask<long> IncrAsync(RedisKey key);

    ValueTask<long> LPushAsync(RedisKey key, string element);

    ValueTask<string[]> LRangeAsync(RedisKey key, long start, long stop);

    ValueTask<string?[]> MGetAsync(IReadOnlyList<RedisKey> keys);

    ValueTask<long> DelAsync(IReadOnlyList<RedisKey> keys);

    [Command("MSET $first 1 $second 2")]
    ValueTask SetBothAsync(RedisKey first, RedisKey second);

    [Script("return redis.call('INCRBY', KEYS[1], ARGV[1])")]
    ValueTask<long> AddByScriptAsync(RedisKey key, long amount);

    ValueTask<string> EchoAsync(string message);
}
