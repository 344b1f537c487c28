using TypedRedis.Exceptions;

namespace TypedRedis.Protocol;

/// <summary>An error reply as it lies in the receive buffer.</summary>
internal readonly ref struct ErrorReply(ReadOnlySpan<byte> message)
{
    /// <summary>The error without its leading <c>-</c>.</summary>
    public ReadOnlySpan<byte> Message { get; } = message;

    /// <summary>The first word, such as <c>MOVED</c>.</summary>
    public ReadOnlySpan<byte> Code
    {
        get
        {
            int space = Message.IndexOf((byte)' ');
            return space < 0 ? Message : Message[..space];
        }
    }

    /// <summary>Whether the first word is this one.</summary>
    public bool Is(ReadOnlySpan<byte> code) => Code.SequenceEqual(code);

    /// <summary>What may be shown of it: nothing that may come from a request.</summary>
    public string Text => ServerText.Of(Message);

    /// <summary>The error as an exception.</summary>
    public RedisException ToException()
    {
        string text = Text;
        return Is("NOAUTH"u8) || Is("WRONGPASS"u8) ? new RedisAuthenticationException(text) : new RedisServerException(text);
    }
}
