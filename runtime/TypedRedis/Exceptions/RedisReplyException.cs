namespace TypedRedis;

/// <summary>A reply arrived whole but cannot become the declared type. The connection stays in use.</summary>
public sealed class RedisReplyException : RedisException
{
    /// <summary>An error with a message.</summary>
    public RedisReplyException(string message)
        : base(message)
    {
        MayHaveExecuted = true;
    }

    /// <summary>An error with a message and its cause.</summary>
    public RedisReplyException(string message, Exception? innerException)
        : base(message, innerException)
    {
        MayHaveExecuted = true;
    }
}
