namespace TypedRedis;

/// <summary>
/// So many calls wait for a node already, because it cannot be reached or does not keep up, that no further one may:
/// <see cref="RedisOptions.MaxWaitingCommands"/>, <see cref="RedisOptions.MaxWaitingBytes"/>. Nothing was sent.
/// </summary>
public sealed class RedisQueueFullException : RedisException
{
    /// <summary>An error with a message.</summary>
    public RedisQueueFullException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public RedisQueueFullException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
