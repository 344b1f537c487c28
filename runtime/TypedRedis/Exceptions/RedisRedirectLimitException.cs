namespace TypedRedis;

/// <summary>A command was redirected more often than allowed; the redirects followed are in <see cref="RedisException.Redirects"/>.</summary>
public sealed class RedisRedirectLimitException : RedisException
{
    /// <summary>An error with a message.</summary>
    public RedisRedirectLimitException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public RedisRedirectLimitException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
