using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace TypedRedis;

/// <summary>
/// A key: text (sent as UTF-8) or bytes. It refers to what it was made from and copies nothing. Redis accepts the empty key, made from <c>""</c> or no
/// bytes. <c>default</c> is no key but one that nobody has assigned: whatever would be sent with it is refused with an <see cref="ArgumentException"/>. So is
/// text with half a surrogate pair, which UTF-8 cannot express.
/// </summary>
public readonly struct RedisKey : IEquatable<RedisKey>
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string? _text;
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>A key from text.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    public RedisKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        _text = key;
    }

    /// <summary>A key from bytes.</summary>
    public RedisKey(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        // Tells the empty key from one that was never assigned.
        _text = bytes.IsEmpty ? string.Empty : null;
    }

    internal string? Text => _text;

    /// <summary>Whether it is <c>default</c>.</summary>
    internal bool IsUnassigned => _text is null && _bytes.IsEmpty;

    internal ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>A key from text.</summary>
    public static implicit operator RedisKey(string text) => new(text);

    /// <summary>A key from bytes.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="bytes"/> is null.</exception>
    public static implicit operator RedisKey(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new(bytes.AsMemory());
    }

    /// <summary>A key from bytes.</summary>
    public static implicit operator RedisKey(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Whether both are the same bytes on the wire.</summary>
    public static bool operator ==(RedisKey left, RedisKey right) => left.Equals(right);

    /// <summary>Whether they differ on the wire.</summary>
    public static bool operator !=(RedisKey left, RedisKey right) => !left.Equals(right);

    /// <summary>The key's bytes as sent, copied.</summary>
    /// <exception cref="ArgumentException">The key is text with half a surrogate pair, which cannot be sent.</exception>
    public byte[] ToArray()
    {
        try
        {
            return _text is null ? _bytes.ToArray() : s_strict.GetBytes(_text);
        }
        catch (EncoderFallbackException)
        {
            // Its message would show a part of the key.
            throw new ArgumentException("The key is text with half a surrogate pair, which UTF-8 cannot express.");
        }
    }

    /// <inheritdoc />
    public bool Equals(RedisKey other)
    {
        if (_text is not null && other._text is not null)
        {
            return string.Equals(_text, other._text, StringComparison.Ordinal);
        }

        return _text is null
            ? other._text is null ? _bytes.Span.SequenceEqual(other._bytes.Span) : IsTextOf(other._text, _bytes.Span)
            : IsTextOf(_text, other._bytes.Span);
    }

    /// <inheritdoc />
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is RedisKey other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode()
    {
        // Text and bytes of the same content are equal, so both hash their UTF-8 form.
        var hash = default(HashCode);
        hash.AddBytes(_text is null ? _bytes.Span : Encoding.UTF8.GetBytes(_text));
        return hash.ToHashCode();
    }

    // Text that cannot be sent equals no bytes.
    private static bool IsTextOf(string text, ReadOnlySpan<byte> bytes) =>
        Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(bytes) && string.Equals(Encoding.UTF8.GetString(bytes), text, StringComparison.Ordinal);

    /// <summary>The key as text; bytes that are not UTF-8 appear as replacement characters.</summary>
    public override string ToString() => _text ?? Encoding.UTF8.GetString(_bytes.Span);
}
