using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace TypedRedis.Protocol;

/// <content>Arguments composed of template text and holes: <c>BeginArgument</c>, appends, then one of the ends.</content>
public ref partial struct RequestWriter
{
    // A value of more text has a converter instead; one that always says it needs more must not get all memory.
    private const int MostFormatted = 16 * 1024 * 1024;

    private readonly ReadOnlySpan<byte> LastArgument => _buffer.AsSpan(_argumentStart, _position - 2 - _argumentStart);

    /// <summary>Begins an argument of which the length is not known yet.</summary>
    public void BeginArgument()
    {
        EnsureRoom(ArgumentOverhead);
        // Two digits: lengths of 10 to 99 are by far the most frequent.
        OpenArgument(10);
    }

    /// <summary>Adds template text.</summary>
    public void Append(ReadOnlySpan<byte> literal)
    {
        EnsureRoom(checked(literal.Length + 2));
        literal.CopyTo(_buffer.AsSpan(_position));
        _position += literal.Length;
    }

    /// <summary>Adds bytes.</summary>
    public void Append(ReadOnlyMemory<byte> value) => Append(value.Span);

    /// <summary>Adds bytes.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">What an error names it by; the expression given, unless told otherwise.</param>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    public void Append(byte[] value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        RequireValue(value, name);
        Append(value.AsSpan());
    }

    /// <summary>Adds text as UTF-8.</summary>
    /// <param name="value">The value.</param>
    /// <param name="name">What an error names it by; the expression given, unless told otherwise.</param>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    /// <exception cref="ArgumentException">UTF-8 cannot express <paramref name="value"/>: it has half a surrogate pair.</exception>
    public void Append(string value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        RequireValue(value, name);
        EnsureRoom(checked(Encoding.UTF8.GetMaxByteCount(value.Length) + 2));
        AppendText(value, name);
    }

    /// <summary>Adds a key's bytes.</summary>
    /// <param name="value">The key.</param>
    /// <param name="name">What an error names it by; the expression given, unless told otherwise.</param>
    /// <exception cref="ArgumentException"><paramref name="value"/> was never assigned, or is no text that UTF-8 can express.</exception>
    public void AppendKey(in RedisKey value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (value.Text is { } text)
        {
            Append(text, name);
        }
        else
        {
            Append(BytesOf(value, name));
        }
    }

    /// <summary>Adds decimal text.</summary>
    public void Append(int value) => Append((long)value);

    /// <summary>Adds decimal text.</summary>
    public void Append(uint value) => Append((long)value);

    /// <summary>Adds decimal text.</summary>
    public void Append(long value)
    {
        EnsureRoom(22);
        _ = Utf8Formatter.TryFormat(value, _buffer.AsSpan(_position), out int digits);
        _position += digits;
    }

    /// <summary>Adds decimal text.</summary>
    public void Append(ulong value)
    {
        EnsureRoom(22);
        _ = Utf8Formatter.TryFormat(value, _buffer.AsSpan(_position), out int digits);
        _position += digits;
    }

    /// <summary>Adds a value as its own invariant UTF-8 text, from which the same value can be read; times are ISO 8601 with all their digits.</summary>
    /// <typeparam name="T">A formattable type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="name">What an error names it by; the expression given, unless told otherwise.</param>
    /// <exception cref="ArgumentException">The value finds no room in 16 MiB.</exception>
    public void AppendFormattable<T>(T value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : IUtf8SpanFormattable
    {
        // The server's spelling of infinity is not .NET's.
        double number = typeof(T) == typeof(double) ? (double)(object)value : typeof(T) == typeof(float) ? (float)(object)value : 0;
        if (double.IsInfinity(number))
        {
            Append(number > 0 ? "inf"u8 : "-inf"u8);
            return;
        }

        EnsureRoom(64);
        int written;
        // Two bytes stay free for the end of the line.
        while (!value.TryFormat(_buffer.AsSpan(_position, _buffer.Length - _position - 2), out written, RoundTrip.FormatOf<T>(), CultureInfo.InvariantCulture))
        {
            int room = _buffer.Length - _position;
            if (room >= MostFormatted)
            {
                throw ArgumentName.Wrong(name, ElementIndex, $"{typeof(T)}.TryFormat finds no room in {MostFormatted / 1024 / 1024} MiB. Nothing was sent.");
            }

            EnsureRoom(room * 2);
        }

        // The value is the user's code: what it says must not reach other arguments, or bytes of earlier commands.
        if (written < 0 || written > _buffer.Length - _position - 2)
        {
            throw new InvalidOperationException($"{typeof(T)}.TryFormat says that it wrote more bytes than it was given room for. Nothing was sent.");
        }

        _position += written;
        EnsureRoom(2);
    }

    /// <summary>Ends an argument.</summary>
    public void EndArgument() => CloseArgument();

    /// <summary>Ends a key and notes its bucket.</summary>
    public void EndKey()
    {
        CloseArgument();
        TrackKey(LastArgument);
    }

    /// <summary>Ends a key of which the generator has proven that it shares the slot of an earlier key: a cluster's client does not hash it.</summary>
    public void EndKeyInSameSlot()
    {
        CloseArgument();
        if (_hasher is { TrustsProofs: false } hasher)
        {
            Track(hasher.BucketOf(LastArgument));
        }
    }

    /// <summary>Ends a key of which the slot is known, since its hash tag is constant.</summary>
    /// <param name="slot">The slot that it has in a cluster.</param>
    public void EndKeyInSlot(int slot)
    {
        CloseArgument();
        if (_hasher is { } hasher)
        {
            Track(hasher.BucketOf(LastArgument, slot));
        }
    }

    /// <summary>Ends a key that begins with a constant without braces.</summary>
    /// <param name="prefixState">CRC-16 of that constant, computed at compile time.</param>
    /// <param name="prefixLength">Its length in bytes.</param>
    public void EndKey(ushort prefixState, int prefixLength)
    {
        CloseArgument();
        if (_hasher is { } hasher)
        {
            Track(hasher.BucketOf(LastArgument, prefixState, prefixLength));
        }
    }

#pragma warning disable CA1822 // Generated code calls these on the writer, like everything else it writes with.

    /// <summary>Checks text that stands directly behind the <c>{</c> of a template and decides whether that is a hash tag.</summary>
    /// <param name="value">The text.</param>
    /// <param name="name">What an error names it by; the expression given, unless told otherwise.</param>
    /// <exception cref="ArgumentNullException"><paramref name="value"/> is null.</exception>
    /// <exception cref="ArgumentException">The text is empty or begins with <c>}</c>: the tag would be empty and the key would be hashed whole.</exception>
    public readonly void RequireTagContent(string value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        RequireValue(value, name);
        if (value.Length == 0 || value[0] == '}')
        {
            ThrowEmptyTag(name);
        }
    }

    /// <summary>Checks bytes that stand directly behind the <c>{</c> of a template and decide whether that is a hash tag.</summary>
    /// <param name="value">The bytes.</param>
    /// <param name="name">What an error names it by; the expression given, unless told otherwise.</param>
    /// <exception cref="ArgumentException">They are empty or begin with <c>}</c>: the tag would be empty and the key would be hashed whole.</exception>
    public readonly void RequireTagContent(ReadOnlySpan<byte> value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (value.IsEmpty || value[0] == (byte)'}')
        {
            ThrowEmptyTag(name);
        }
    }

    /// <summary>Checks a key that stands directly behind the <c>{</c> of a template and decides whether that is a hash tag.</summary>
    /// <param name="value">The key.</param>
    /// <param name="name">What an error names it by; the expression given, unless told otherwise.</param>
    /// <exception cref="ArgumentException">It is empty or begins with <c>}</c>: the tag would be empty and the key would be hashed whole.</exception>
    public readonly void RequireTagContent(in RedisKey value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (value.Text is { } text)
        {
            RequireTagContent(text, name);
        }
        else
        {
            RequireTagContent(BytesOf(value, name), name);
        }
    }

#pragma warning restore CA1822

    private static void ThrowEmptyTag(string? name) => throw ArgumentName.Wrong(
        name, 0, "It stands behind '{' of the key template and is empty or begins with '}', so the key would have no hash tag and could be in another slot.");

    private static int Digits(int value) => value < 10 ? 1 : value < 100 ? 2 : (int)Math.Log10(value) + 1;

    // Writes $<assumed length>\r\n; CloseArgument mends it if the assumption was wrong.
    private void OpenArgument(int assumedLength)
    {
        WriteLength(assumedLength);
        _argumentStart = _position;
    }

    private void CloseArgument()
    {
        int length = _position - _argumentStart;
        EnsureRoom(ArgumentOverhead);
        // The header found in the buffer ends with CRLF right before the argument; it begins at the last '$' before it.
        int headerStart = _argumentStart - 3;
        while (_buffer[headerStart] != (byte)'$')
        {
            headerStart--;
        }

        int shift = 3 + Digits(length) - (_argumentStart - headerStart);
        if (shift != 0)
        {
            _buffer.AsSpan(_argumentStart, length).CopyTo(_buffer.AsSpan(_argumentStart + shift));
            _argumentStart += shift;
        }

        _position = headerStart;
        WriteLength(length);
        _position = _argumentStart + length;
        EndLine();
        _written++;
    }
}
