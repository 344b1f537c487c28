using System.Globalization;
using System.Text;

namespace TypedRedis;

/// <summary>
/// An argument of any simple type, without boxing: text, bytes or a number. Group interfaces take it where the command spec
/// says "string"; own declarations can name the exact type instead. <c>default</c> is no value but one that nobody has assigned: whatever would be sent with
/// it is refused with an <see cref="ArgumentException"/>; the empty value is made from <c>""</c> or no bytes.
/// </summary>
public readonly struct RedisValue
{
    private readonly object? _text;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly long _bits;

    private RedisValue(Kind kind, object? text, ReadOnlyMemory<byte> bytes, long bits)
    {
        ValueKind = kind;
        _text = text;
        _bytes = bytes;
        _bits = bits;
    }

    internal enum Kind : byte
    {
        /// <summary>It is <c>default</c>.</summary>
        None,
        Bytes,
        Text,
        Signed,
        Unsigned,
        Double,
    }

    internal Kind ValueKind { get; }

    internal string Text => (string)_text!;

    internal ReadOnlyMemory<byte> Bytes => _bytes;

    internal long Signed => _bits;

    internal ulong Unsigned => (ulong)_bits;

    internal double Double => BitConverter.Int64BitsToDouble(_bits);

    /// <summary>Text, sent as UTF-8.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    public static implicit operator RedisValue(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(Kind.Text, value, default, 0);
    }

    /// <summary>Bytes, sent as they are.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    public static implicit operator RedisValue(byte[] value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(Kind.Bytes, null, value, 0);
    }

    /// <summary>Bytes, sent as they are.</summary>
    public static implicit operator RedisValue(ReadOnlyMemory<byte> value) => new(Kind.Bytes, null, value, 0);

    /// <summary>A whole number, sent as decimal text.</summary>
    public static implicit operator RedisValue(int value) => new(Kind.Signed, null, default, value);

    /// <summary>A whole number, sent as decimal text.</summary>
    public static implicit operator RedisValue(uint value) => new(Kind.Signed, null, default, value);

    /// <summary>A whole number, sent as decimal text.</summary>
    public static implicit operator RedisValue(long value) => new(Kind.Signed, null, default, value);

    /// <summary>A whole number, sent as decimal text.</summary>
    public static implicit operator RedisValue(ulong value) => new(Kind.Unsigned, null, default, (long)value);

    /// <summary>A floating-point number, sent as the shortest text that reads back the same; infinities as <c>inf</c> and <c>-inf</c>.</summary>
    public static implicit operator RedisValue(double value) => new(Kind.Double, null, default, BitConverter.DoubleToInt64Bits(value));

    /// <summary>Sent as <c>1</c> or <c>0</c>.</summary>
    public static implicit operator RedisValue(bool value) => new(Kind.Signed, null, default, value ? 1 : 0);

    /// <summary>The value as text.</summary>
    public override string ToString() => ValueKind switch
    {
        Kind.Text => Text,
        Kind.Signed => Signed.ToString(CultureInfo.InvariantCulture),
        Kind.Unsigned => Unsigned.ToString(CultureInfo.InvariantCulture),
        Kind.Double => Double.ToString(CultureInfo.InvariantCulture),
        _ => Encoding.UTF8.GetString(_bytes.Span),
    };
}
