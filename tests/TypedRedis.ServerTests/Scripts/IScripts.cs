namespace TypedRedis.ServerTests.Scripts;

/// <summary>Scripts with keys, arguments and replies of many kinds.</summary>
[RedisInterface]
internal partial interface IScripts
{
    [Script("return redis.call('INCRBY', KEYS[1], ARGV[1])")]
    ValueTask<long> AddAsync(RedisKey key, long amount, Deadline deadline = default);

    [Script("redis.call('SET', KEYS[1], ARGV[1]) return redis.call('GET', KEYS[1])", Idempotent = true)]
    ValueTask<string> PutAsync(RedisKey key, string value, Deadline deadline = default);

    [Script("return redis.call('GET', KEYS[1])", ReadOnly = true)]
    ValueTask<string?> ReadAsync(RedisKey key);

    [Script("return redis.call('GET', KEYS[1])", ReadOnly = true)]
    ValueTask<int> ReadAsync(RedisKey key, Memory<byte> destination);

    [Script("return { #KEYS, #ARGV }")]
    ValueTask<(long Keys, long Arguments)> CountAsync(RedisKey[] keys, string[] values);

    [Script("return { KEYS[1], KEYS[2], ARGV[1] }", Keys = new[] { "cart:{u:$userId}", "total:{u:$userId}" })]
    ValueTask<string[]> TemplatesAsync(long userId, double quantity);

    [Script("return ARGV")]
    ValueTask<List<string>> EchoAsync((string, int) pair, IReadOnlyDictionary<string, long> fields, byte[] bytes, bool flag, TimeSpan ttlSeconds);

    [Script("return redis.error_reply('MYCODE it says')")]
    ValueTask FailAsync();

    [Script("return 'keyless'")]
    ValueTask<string> KeylessAsync();

    [Script("return 'read-only'", ReadOnly = true)]
    ValueTask<string> KeylessReadOnlyAsync();
}
