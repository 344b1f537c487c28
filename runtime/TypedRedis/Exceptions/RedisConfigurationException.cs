namespace TypedRedis;

/// <summary>An option or a connection URL is wrong.</summary>
public sealed class RedisConfigurationException : RedisException
{
    /// <summary>An error with a message.</summary>
    public RedisConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public RedisConfigurationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
