using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace TypedRedis;

/// <summary>
/// A key: text (sent as UTF-8) or bytes. It refers to what it was made from and copies nothing. A default key is the empty key,
/// which Redis accepts.
/// </summary>
public readonly struct RedisKey : IEquatable<RedisKey>
{
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
    public RedisKey(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    internal string? Text => _text;

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

    /// <summary>The key's bytes as sent; a copy if the key is text.</summary>
    public byte[] ToArray() => _text is null ? _bytes.ToArray() : Encoding.UTF8.GetBytes(_text);

    /// <inheritdoc />
    public bool Equals(RedisKey other)
    {
        if (_text is not null && other._text is not null)
        {
            return string.Equals(_text, other._text, StringComparison.Ordinal);
        }

        return _text is null && other._text is null
            ? _bytes.Span.SequenceEqual(other._bytes.Span)
            : ToArray().AsSpan().SequenceEqual(other.ToArray());
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

    /// <summary>The key as text; bytes that are not UTF-8 appear as replacement characters.</summary>
    public override string ToString() => _text ?? Encoding.UTF8.GetString(_bytes.Span);
}
