using System.Globalization;
using System.Text;

namespace TypedRedis.TestSupport;

/// <summary>One word of a command: text (sent as UTF-8), bytes or a number.</summary>
public readonly struct RawArgument
{
    private readonly byte[]? _bytes;

    private RawArgument(byte[] bytes) => _bytes = bytes;

    /// <summary>The bytes that are sent.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>An argument from text.</summary>
    public static RawArgument FromString(string text) => new(Encoding.UTF8.GetBytes(text));

    /// <summary>An argument from bytes.</summary>
    public static RawArgument FromBytes(byte[] bytes) => new(bytes);

    /// <summary>An argument from a number.</summary>
    public static RawArgument FromInt64(long number) => FromString(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>An argument from text.</summary>
    public static implicit operator RawArgument(string text) => FromString(text);

    /// <summary>An argument from bytes.</summary>
    public static implicit operator RawArgument(byte[] bytes) => FromBytes(bytes);

    /// <summary>An argument from a number.</summary>
    public static implicit operator RawArgument(long number) => FromInt64(number);

    /// <summary>The argument as UTF-8 text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Bytes.Span);
}
