namespace TypedRedis;

/// <summary>Keys of one command are in different hash slots. Nothing was sent.</summary>
public sealed class RedisCrossSlotException : RedisException
{
    /// <summary>An error with a message.</summary>
    public RedisCrossSlotException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public RedisCrossSlotException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
