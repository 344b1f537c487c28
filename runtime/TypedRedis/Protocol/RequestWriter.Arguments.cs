using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace TypedRedis.Protocol;

/// <content>Whole arguments: each method writes <c>$length\r\nbytes\r\n</c>.</content>
public ref partial struct RequestWriter
{
    /// <summary>Writes a key and notes its bucket.</summary>
    /// <param name="key">The key.</param>
    /// <param name="name">What an error names it by; the expression given, unless told otherwise.</param>
    /// <exception cref="ArgumentException"><paramref name="key"/> was never assigned, or is no text that UTF-8 can express.</exception>
    public void WriteKey(in RedisKey key, [CallerArgumentExpression(nameof(key))] string? name = null)
    {
        if (key.Text is { } text)
        {
            WriteKey(text, name);
        }
        else
        {
            WriteKey(BytesOf(key, name));
        }
    }

    /// <summary>Writes a key and notes its bucket.</summary>
    /// <param name="key">The key.</param>
    /// <param name="name">What an error names it by; the expression given, unless told otherwise.</param>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <exception cref="ArgumentException">UTF-8 cannot express <paramref name="key"/>: it has half a surrogate pair.</exception>
    public void WriteKey(string key, [CallerArgumentExpression(nameof(key))] string? name = null)
    {
        WriteArgument(key, name);
        TrackKey(LastArgument);
    }

    /// <summary>Writes a key and notes its bucket.</summary>
    /// <param name="key">The key.</param>
    /// <param name="name">What an error names it by; the expression given, unless told otherwise.</param>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public void WriteKey(byte[] key, [CallerArgumentExpression(nameof(key))] string? name = null)
    {
        RequireValue(key, name);
        WriteKey(key.AsSpan());
    }

    /// <summary>Writes a key and notes its bucket.</summary>
    public void WriteKey(ReadOnlyMemory<byte> key) => WriteKey(key.Span);

    /// <summary>Writes a key and notes its bucket.</summary>
    public void WriteKey(ReadOnlySpan<byte> key)
    {
        WriteArgument(key);
        TrackKey(key);
    }

    /// <summary>Writes text as UTF-8.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">What an error names it by; the expression given, unless told otherwise.</param>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    /// <exception cref="ArgumentException">UTF-8 cannot express <paramref name="value"/>: it has half a surrogate pair.</exception>
    public void WriteArgument(string value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        RequireValue(value, name);
        if (value.Length > LongText)
        {
            WriteLongText(value, name);
            return;
        }

        EnsureRoom((value.Length * 3) + ArgumentOverhead);
        // Most text is ASCII: encode behind a header for that length, and move it only if the length differs in digits.
        OpenArgument(value.Length);
        AppendText(value, name);
        CloseArgument();
    }

    /// <summary>Writes bytes.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">What an error names it by; the expression given, unless told otherwise.</param>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    public void WriteArgument(byte[] value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        RequireValue(value, name);
        WriteArgument(value.AsSpan());
    }

    /// <summary>Writes bytes.</summary>
    public void WriteArgument(ReadOnlyMemory<byte> value) => WriteArgument(value.Span);

    /// <summary>Writes bytes.</summary>
    public void WriteArgument(Memory<byte> value) => WriteArgument(value.Span);

    /// <summary>Writes bytes.</summary>
    public void WriteArgument(ReadOnlySpan<byte> value)
    {
        EnsureRoom(checked(value.Length + ArgumentOverhead));
        WriteLength(value.Length);
        value.CopyTo(_buffer.AsSpan(_position));
        _position += value.Length;
        EndLine();
        _written++;
    }

    /// <summary>Writes a key as a plain argument: it does not take part in routing.</summary>
    /// <param name="value">The key.</param>
    /// <param name="name">What an error names it by; the expression given, unless told otherwise.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> was never assigned, or is no text that UTF-8 can express.</exception>
    public void WriteArgument(in RedisKey value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (value.Text is { } text)
        {
            WriteArgument(text, name);
        }
        else
        {
            WriteArgument(BytesOf(value, name));
        }
    }

    /// <summary>Writes a value of whichever kind it holds.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">What an error names it by; the expression given, unless told otherwise.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> was never assigned, or is no text that UTF-8 can express.</exception>
    public void WriteArgument(in RedisValue value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        switch (value.ValueKind)
        {
            case RedisValue.Kind.Text:
                WriteArgument(value.Text, name);
                break;
            case RedisValue.Kind.Signed:
                WriteArgument(value.Signed);
                break;
            case RedisValue.Kind.Unsigned:
                WriteArgument(value.Unsigned);
                break;
            case RedisValue.Kind.Double:
                WriteArgument(value.Double);
                break;
            case RedisValue.Kind.Bytes:
                WriteArgument(value.Bytes.Span);
                break;
            default:
                throw ArgumentName.Unassigned(name, ElementIndex);
        }
    }

    /// <summary>Writes <c>1</c> or <c>0</c>.</summary>
    public void WriteArgument(bool value) => WriteEncoded(value ? "$1\r\n1\r\n"u8 : "$1\r\n0\r\n"u8);

    /// <summary>Writes decimal text.</summary>
    public void WriteArgument(int value) => WriteArgument((long)value);

    /// <summary>Writes decimal text.</summary>
    public void WriteArgument(uint value) => WriteArgument((long)value);

    /// <summary>Writes decimal text.</summary>
    public void WriteArgument(long value)
    {
        // 20 characters hold long.MinValue.
        EnsureRoom(20 + ArgumentOverhead);
        if ((ulong)value < 10)
        {
            WriteLength(1);
            _buffer[_position++] = (byte)('0' + value);
            EndLine();
            _written++;
            return;
        }

        OpenArgument(1);
        _ = Utf8Formatter.TryFormat(value, _buffer.AsSpan(_position), out int digits);
        _position += digits;
        CloseArgument();
    }

    /// <summary>Writes decimal text.</summary>
    public void WriteArgument(ulong value)
    {
        EnsureRoom(20 + ArgumentOverhead);
        OpenArgument(1);
        _ = Utf8Formatter.TryFormat(value, _buffer.AsSpan(_position), out int digits);
        _position += digits;
        CloseArgument();
    }

    /// <summary>Writes the shortest text that reads back as the same number; infinities as <c>inf</c> and <c>-inf</c>.</summary>
    public void WriteArgument(double value)
    {
        if (double.IsInfinity(value))
        {
            WriteEncoded(value > 0 ? "$3\r\ninf\r\n"u8 : "$4\r\n-inf\r\n"u8);
            return;
        }

        WriteFormattable(value);
    }

    /// <summary>Writes the shortest text that reads back as the same number; infinities as <c>inf</c> and <c>-inf</c>.</summary>
    public void WriteArgument(float value)
    {
        if (float.IsInfinity(value))
        {
            WriteArgument((double)value);
            return;
        }

        WriteFormattable(value);
    }

    /// <summary>Writes a value as its own invariant UTF-8 text, from which the same value can be read; times are ISO 8601 with all their digits.</summary>
    /// <typeparam name="T">A formattable type, such as <see cref="Guid"/> or <see cref="decimal"/>.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="name">What an error names it by; the expression given, unless told otherwise.</param>
    /// <exception cref="ArgumentException">The value finds no room in 16 MiB.</exception>
    public void WriteFormattable<T>(T value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : IUtf8SpanFormattable
    {
        BeginArgument();
        AppendFormattable(value, name);
        EndArgument();
    }

    /// <summary>Writes a value by its converter.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    public void WriteConverted<T>(T value, IRedisValueConverter<T> converter)
    {
        ArgumentNullException.ThrowIfNull(converter);
        ArrayBufferWriter<byte> output = ConverterOutput.Take();
        converter.Write(value, output);
        WriteArgument(output.WrittenSpan);
        ConverterOutput.Return(output);
    }

    /// <summary>Writes whole seconds, rounded up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public void WriteSeconds(TimeSpan value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        WriteArgument(RoundUp(value, TimeSpan.TicksPerSecond, name));

    /// <summary>Writes whole milliseconds, rounded up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public void WriteMilliseconds(TimeSpan value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        WriteArgument(RoundUp(value, TimeSpan.TicksPerMillisecond, name));

    /// <summary>Writes seconds since 1970-01-01 UTC, rounded up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The moment lies before 1970.</exception>
    public void WriteUnixSeconds(DateTimeOffset value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        WriteArgument(RoundUp(value - DateTimeOffset.UnixEpoch, TimeSpan.TicksPerSecond, name));

    /// <summary>Writes milliseconds since 1970-01-01 UTC, rounded up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The moment lies before 1970.</exception>
    public void WriteUnixMilliseconds(DateTimeOffset value, [CallerArgumentExpression(nameof(value))] string? name = null) =>
        WriteArgument(RoundUp(value - DateTimeOffset.UnixEpoch, TimeSpan.TicksPerMillisecond, name));

    private readonly long RoundUp(TimeSpan value, long ticksPerUnit, string? name)
    {
        if (value < TimeSpan.Zero)
        {
            throw ArgumentName.OutOfRange(name, ElementIndex, "It must not be negative, or before 1970.");
        }

        return (value.Ticks / ticksPerUnit) + (value.Ticks % ticksPerUnit == 0 ? 0 : 1);
    }

    // Long text is measured first: reserving its worst case would take three times its room.
    private void WriteLongText(string value, string? name)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        EnsureRoom(checked(length + ArgumentOverhead));
        OpenArgument(length);
        AppendText(value, name);
        EndLine();
        _written++;
    }
}
