using TypedRedis.Exceptions;

namespace TypedRedis;

/// <summary>
/// The server answered with an error. Servers repeat arguments in their errors, so the message shows only the error's code and the words that are the servers' own;
/// the rest is <c>…</c>.
/// </summary>
public sealed class RedisServerException : RedisException
{
    /// <summary>An error as the server words it; the client hides all that may come from the request (<c>…</c>) before.</summary>
    /// <param name="message">The error line without its leading <c>-</c>.</param>
    public RedisServerException(string message)
        : base(message)
    {
        Code = ServerText.CodeOf(System.Text.Encoding.UTF8.GetBytes(message));
    }

    /// <summary>The first word of the error, such as <c>ERR</c>, <c>WRONGTYPE</c>, <c>MOVED</c> or <c>NOSCRIPT</c>; empty if that is not one of capitals.</summary>
    public string Code { get; }
}
