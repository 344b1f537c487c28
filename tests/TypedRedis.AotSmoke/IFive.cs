namespace TypedRedis.AotSmoke;

[RedisInterface]
internal partial interface IFive
{
    ValueTask<string?> GetAsync(RedisKey key);

    ValueTask SetAsync(RedisKey key, string value);

    ValueTask<long> IncrAsync(RedisKey key);

    [Command("HSET $key $field $value")]
    ValueTask<long> HSetAsync(RedisKey key, string field, string value);

    ValueTask<Dictionary<string, string>> HGetAllAsync(RedisKey key);
}
