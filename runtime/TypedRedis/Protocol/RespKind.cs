namespace TypedRedis.Protocol;

/// <summary>The first byte of a value on the wire, RESP2 and RESP3.</summary>
/// <remarks><see href="https://redis.io/docs/latest/develop/reference/protocol-spec/"/></remarks>
public enum RespKind : byte
{
    /// <summary>No value read yet.</summary>
    None = 0,

    /// <summary><c>+</c> a short text without line breaks.</summary>
    SimpleString = (byte)'+',

    /// <summary><c>-</c> an error line.</summary>
    Error = (byte)'-',

    /// <summary><c>:</c> a signed 64-bit number.</summary>
    Integer = (byte)':',

    /// <summary><c>$</c> bytes with a length; length −1 is null in RESP2.</summary>
    BulkString = (byte)'$',

    /// <summary><c>*</c> values with a count; count −1 is null in RESP2.</summary>
    Array = (byte)'*',

    /// <summary><c>_</c> null.</summary>
    Null = (byte)'_',

    /// <summary><c>#</c> true or false.</summary>
    Boolean = (byte)'#',

    /// <summary><c>,</c> a floating-point number.</summary>
    Double = (byte)',',

    /// <summary><c>(</c> a whole number of any size.</summary>
    BigNumber = (byte)'(',

    /// <summary><c>!</c> an error with a length.</summary>
    BulkError = (byte)'!',

    /// <summary><c>=</c> text with a three-letter format before it.</summary>
    VerbatimString = (byte)'=',

    /// <summary><c>%</c> key-value pairs.</summary>
    Map = (byte)'%',

    /// <summary><c>~</c> values of which none repeats.</summary>
    Set = (byte)'~',

    /// <summary><c>|</c> attributes of the value that follows.</summary>
    Attribute = (byte)'|',

    /// <summary><c>&gt;</c> a message nobody asked for.</summary>
    Push = (byte)'>',
}
