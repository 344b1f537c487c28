namespace TypedRedis.ServerTests.Scripts;

/// <summary>Functions of a library that the client brings along, of the same library without them, and of one it does not know.</summary>
[RedisInterface]
[FunctionLibrary("shop", """
    #!lua name=shop
    redis.register_function('shop_add', function(keys, args) return redis.call('INCRBY', keys[1], args[1]) end)
    redis.register_function{
        function_name = 'shop_read',
        callback = function(keys, args) return redis.call('GET', keys[1]) end,
        flags = { 'no-writes' }
    }
    redis.register_function('shop_name', function() return 'shop' end)
    """)]
internal partial interface IFunctions
{
    [Function("shop", "shop_add")]
    ValueTask<long> AddAsync(RedisKey key, long amount);

    [Function("shop", "shop_read", ReadOnly = true)]
    ValueTask<string?> ReadAsync(RedisKey key);

    [Function("shop", "shop_name")]
    ValueTask<string> NameAsync();

    [Function("shop", "shop_missing")]
    ValueTask MissingAsync(RedisKey key);

    [Function("elsewhere", "elsewhere_f")]
    ValueTask UnknownAsync(RedisKey key);
}
