namespace TypedRedis;

/// <summary>The server refused the user name or password, or wants one.</summary>
public sealed class RedisAuthenticationException : RedisConnectionException
{
    /// <summary>An error with a message.</summary>
    public RedisAuthenticationException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public RedisAuthenticationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
