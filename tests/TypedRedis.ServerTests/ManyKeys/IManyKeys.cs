namespace TypedRedis.ServerTests.ManyKeys;

/// <summary>Commands with many keys, as they are and split up.</summary>
[RedisInterface]
internal partial interface IManyKeys
{
    ValueTask<bool> SetAsync(RedisKey key, string value);

    ValueTask<string?> GetAsync(RedisKey key);

    ValueTask<string?[]> MGetAsync(IReadOnlyList<RedisKey> keys);

    ValueTask MSetAsync(IReadOnlyDictionary<RedisKey, string> pairs);

    ValueTask<string[]> SUnionAsync(IReadOnlyList<RedisKey> keys);

    ValueTask RenameAsync(RedisKey key, RedisKey newKey);

    ValueTask<long> DelAsync(IReadOnlyList<RedisKey> keys);

    ValueTask<string?[]> MGetSplitAsync(IEnumerable<RedisKey> keys, Deadline deadline = default, CancellationToken cancellationToken = default);

    [Command("MGET $keys")]
    ValueTask<string?[]> ReadSplitAsync(params ReadOnlySpan<RedisKey> keys);

    [Command("MGET $keys")]
    ValueTask<IReadOnlyList<long?>> NumbersSplitAsync(RedisKey[] keys);

    [Command("MGET $keys")]
    ValueTask<SplitResult<long?[]>> NumbersResultSplitAsync(IReadOnlyCollection<string> keys);

    [Command("MGET $keys")]
    IAsyncEnumerable<string?> StreamSplitAsync(IEnumerable<string> keys, CancellationToken cancellationToken = default);

    ValueTask MSetSplitAsync(IEnumerable<KeyValuePair<string, string>> data);

    [Command("MSET $pairs")]
    ValueTask<SplitResult> WriteResultSplitAsync(IReadOnlyDictionary<RedisKey, long> pairs);

    ValueTask<long> DelSplitAsync(IEnumerable<RedisKey> keys);

    ValueTask<int> UnlinkSplitAsync(List<string> keys);

    ValueTask<long> ExistsSplitAsync(IEnumerable<RedisKey> keys);

    ValueTask TouchSplitAsync(IEnumerable<RedisKey> keys);

    [Command("DEL $keys")]
    ValueTask<SplitResult<long>> RemoveSplitAsync(IEnumerable<RedisKey> keys);
}
