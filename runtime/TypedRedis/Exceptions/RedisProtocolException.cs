namespace TypedRedis;

/// <summary>The server sent bytes that are not RESP, or more than the limits allow. The connection was closed.</summary>
public sealed class RedisProtocolException : RedisException
{
    /// <summary>An error with a message.</summary>
    public RedisProtocolException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public RedisProtocolException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
