namespace TypedRedis;

/// <summary>
/// A command is about its own connection, and the client shares one between all callers; a <see cref="RedisWatch"/> does not, and refuses only commands after which
/// calls would not get their own replies any more. Nothing was sent.
/// </summary>
public sealed class RedisSessionException : RedisException
{
    /// <summary>An error with a message.</summary>
    public RedisSessionException(string message)
        : base(message)
    {
    }

    /// <summary>An error with a message and its cause.</summary>
    public RedisSessionException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
