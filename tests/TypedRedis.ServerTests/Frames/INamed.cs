namespace TypedRedis.ServerTests.Frames;

/// <summary>Commands whose arguments can be wrong in every place that an argument has.</summary>
[RedisInterface]
internal partial interface INamed
{
    ValueTask<string?> GetAsync(RedisKey cart);

    ValueTask<string?> GetAsync(string @class);

    ValueTask<bool> SetAsync(RedisKey cart, RedisValue price);

    [Command("GET cart:$owner:x")]
    ValueTask<string?> GetCartAsync(RedisKey owner);

    [Command("RENAME {$owner}:a {$owner}:b")]
    ValueTask MoveAsync(string owner);

    [Command("RENAME {$owner}:a {$owner}:b")]
    ValueTask MoveRawAsync(ReadOnlyMemory<byte> owner);

    ValueTask<string?[]> MGetAsync(IReadOnlyList<RedisKey> carts);

    ValueTask<string?[]> MGetSplitAsync(IEnumerable<string> carts);

    ValueTask MSetAsync(Dictionary<RedisKey, string> carts);

    ValueTask<long> ZAddAsync(RedisKey cart, (double Score, string Sku)[] entries);

    [Script("return #ARGV")]
    ValueTask<long> CountAsync(RedisKey cart, IReadOnlyList<TimeSpan> pausesSeconds);

    [Script("return #ARGV")]
    ValueTask<long> CountPairAsync(RedisKey cart, (string First, string Second) pair);

    [Script("return #ARGV")]
    ValueTask<long> CountEntryAsync(RedisKey cart, KeyValuePair<string, string> entry);
}
