namespace TypedRedis;

/// <summary>A watched key changed or could not be watched to the end; nothing was written.</summary>
public sealed class RedisWatchException : RedisException
{
    /// <summary>An error with a message.</summary>
    public RedisWatchException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public RedisWatchException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
