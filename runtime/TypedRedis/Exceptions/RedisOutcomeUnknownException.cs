namespace TypedRedis;

/// <summary>The connection was lost after the command may have reached the server, and repeating it could execute it twice. Whether it was executed is unknown.</summary>
public sealed class RedisOutcomeUnknownException : RedisException
{
    /// <summary>An error with a message.</summary>
    public RedisOutcomeUnknownException(string message)
        : base(message)
    {
        MayHaveExecuted = true;
    }

    /// <summary>An error with a message and its cause.</summary>
    public RedisOutcomeUnknownException(string message, Exception? innerException)
        : base(message, innerException)
    {
        MayHaveExecuted = true;
    }
}
