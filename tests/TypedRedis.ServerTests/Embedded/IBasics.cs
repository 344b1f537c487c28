namespace TypedRedis.ServerTests.Embedded;

/// <summary>Strings, hashes and many keys: what every server has.</summary>
[RedisInterface]
internal partial interface IBasics
{
    ValueTask<string?> GetAsync(RedisKey key);

    ValueTask<bool> SetAsync(RedisKey key, string value);

    ValueTask<long> IncrAsync(RedisKey key);

    ValueTask<long> DelAsync(RedisKey key);

    [Command("HSET $key $fields")]
    ValueTask<long> PutAsync(RedisKey key, IReadOnlyDictionary<string, int> fields);

    ValueTask<Dictionary<string, int>> HGetAllAsync(RedisKey key);

    ValueTask MSetSplitAsync(IEnumerable<KeyValuePair<string, string>> data);

    ValueTask<string?[]> MGetSplitAsync(IEnumerable<RedisKey> keys);

    ValueTask<long> DelSplitAsync(IEnumerable<RedisKey> keys);
}
