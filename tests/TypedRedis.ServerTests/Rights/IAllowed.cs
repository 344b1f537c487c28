namespace TypedRedis.ServerTests.Rights;

/// <summary>One command of each kind that needs rights of its own.</summary>
[RedisInterface]
[FunctionLibrary("rights", """
    #!lua name=rights
    redis.register_function('rights_add', function(keys, args) return redis.call('INCRBY', keys[1], args[1]) end)
    redis.register_function{
        function_name = 'rights_read',
        callback = function(keys, args) return redis.call('STRLEN', keys[1]) end,
        flags = { 'no-writes' }
    }
    """)]
internal partial interface IAllowed
{
    ValueTask<string?> GetAsync(RedisKey key);

    ValueTask<bool> SetAsync(RedisKey key, string value);

    ValueTask<long> LPushAsync(RedisKey key, string element);

    [Command("BLPOP $keys 1")]
    ValueTask<(string Key, string Element)?> TakeAsync(IReadOnlyList<RedisKey> keys);

    ValueTask<string?[]> MGetSplitAsync(IEnumerable<RedisKey> keys);

    [Script("return redis.call('APPEND', KEYS[1], ARGV[1])")]
    ValueTask<long> AppendAsync(RedisKey key, string text);

    [Script("return redis.call('EXISTS', KEYS[1])", ReadOnly = true)]
    ValueTask<bool> HasAsync(RedisKey key);

    [Function("rights", "rights_add")]
    ValueTask<long> AddAsync(RedisKey key, long amount);

    [Function("rights", "rights_read", ReadOnly = true)]
    ValueTask<long> LengthAsync(RedisKey key);
}
