namespace TypedRedis.ServerTests.Secrets;

/// <summary>Commands whose errors are looked through.</summary>
[RedisInterface]
internal partial interface IMarked
{
    ValueTask<string?> GetAsync(RedisKey key, Deadline deadline = default);

    [Command("GET $key")]
    ValueTask<long?> GetNumberAsync(RedisKey key);

    [Command("GET $key")]
    ValueTask<Guid?> GetGuidAsync(RedisKey key);

    ValueTask<bool> SetAsync(RedisKey key, string value, Deadline deadline = default);

    ValueTask<long> IncrAsync(RedisKey key);

    ValueTask<long> LPushAsync(RedisKey key, string element);

    ValueTask<long> DelSplitAsync(IReadOnlyList<RedisKey> keys);

    ValueTask<(string Key, string Element)?> BLPopAsync(RedisKey[] keys, double timeout, Deadline deadline = default);

    [Script("error(ARGV[1])")]
    ValueTask FailAsync(RedisKey key, string text);

    [Script("return redis.error_reply(ARGV[1])")]
    ValueTask ReplyErrorAsync(RedisKey key, string text);

    [Script("return redis.call(ARGV[1], KEYS[1])")]
    ValueTask CallAsync(RedisKey key, string command);
}
