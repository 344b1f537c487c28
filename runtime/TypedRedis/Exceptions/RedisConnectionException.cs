namespace TypedRedis;

/// <summary>A server could not be reached, or the connection was lost before the command could have been executed.</summary>
public class RedisConnectionException : RedisException
{
    /// <summary>An error with a message.</summary>
    public RedisConnectionException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public RedisConnectionException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether there will be no other connection, since the client was disposed.</summary>
    internal bool IsFinal { get; init; }
}
