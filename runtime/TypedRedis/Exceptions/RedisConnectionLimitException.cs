namespace TypedRedis;

/// <summary>A call needs a connection of its own, and its node has as many as <see cref="RedisOptions.MaxDedicatedConnections"/> allows. Nothing was sent.</summary>
public sealed class RedisConnectionLimitException : RedisException
{
    /// <summary>An error with a message.</summary>
    public RedisConnectionLimitException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public RedisConnectionLimitException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
