namespace TypedRedis.ServerTests.Scripts;

/// <summary>A script and functions that write, and then end with an error of their own that is worded like a server's that lacks them.</summary>
[RedisInterface]
[FunctionLibrary("own_errors", """
    #!lua name=own_errors
    redis.register_function('own_error', function(keys)
        redis.call('INCR', keys[1])
        return redis.error_reply('ERR Function not found')
    end)
    redis.register_function('own_count', function(keys) return redis.call('INCR', keys[1]) end)
    """)]
internal partial interface IOwnErrors
{
    [Script("redis.call('INCR', KEYS[1]) return redis.error_reply('NOSCRIPT the stage directions are missing')")]
    ValueTask<long> RunAsync(RedisKey key);

    [Function("own_errors", "own_error")]
    ValueTask<long> CallAsync(RedisKey key);

    [Function("own_errors", "own_count")]
    ValueTask<long> CountAsync(RedisKey key);
}
