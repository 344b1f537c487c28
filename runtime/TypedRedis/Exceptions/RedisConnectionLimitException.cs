namespace TypedRedis;

/// <summary>A call needs a connection of its own, and as many such calls as <see cref="RedisOptions.MaxDedicatedConnections"/> allows are not over at its node. Nothing was sent.</summary>
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
