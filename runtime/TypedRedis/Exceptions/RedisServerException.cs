namespace TypedRedis;

/// <summary>The server answered with an error.</summary>
public sealed class RedisServerException : RedisException
{
    /// <summary>An error as the server words it.</summary>
    /// <param name="message">The error line without its leading <c>-</c>.</param>
    public RedisServerException(string message)
        : base(message)
    {
        int space = message.AsSpan().IndexOf(' ');
        Code = space < 0 ? message : message[..space];
    }

    /// <summary>The first word of the error, such as <c>ERR</c>, <c>WRONGTYPE</c>, <c>MOVED</c> or <c>NOSCRIPT</c>.</summary>
    public string Code { get; }
}
