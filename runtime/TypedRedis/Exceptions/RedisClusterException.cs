namespace TypedRedis;

/// <summary>The cluster as a whole cannot serve: no node answers, or slots have no owner.</summary>
public sealed class RedisClusterException : RedisException
{
    /// <summary>An error with a message.</summary>
    public RedisClusterException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public RedisClusterException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
