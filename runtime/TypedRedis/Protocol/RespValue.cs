using System.Text;
using TypedRedis.Protocol;

namespace TypedRedis;

/// <summary>Any reply as a tree: for commands whose reply has no fixed shape, and for the escape hatch.</summary>
public sealed class RespValue
{
    private readonly byte[] _content;

    internal RespValue(Protocol.RespKind kind, byte[]? content, RespValue[]? items)
    {
        Kind = kind;
        IsNull = content is null && items is null;
        _content = content ?? [];
        Items = items ?? [];
    }

    /// <summary>The value's kind on the wire.</summary>
    public Protocol.RespKind Kind { get; }

    /// <summary>Whether the value is null.</summary>
    public bool IsNull { get; }

    /// <summary>Elements of an aggregate, keys and values of a map in turn; empty for scalars.</summary>
    public IReadOnlyList<RespValue> Items { get; }

    /// <summary>Bytes of a scalar; empty for aggregates and null.</summary>
    public ReadOnlyMemory<byte> Bytes => _content;

    /// <summary>An element of an aggregate.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    public RespValue this[int index] => Items[index];

    /// <summary>The scalar as a whole number.</summary>
    /// <exception cref="RedisReplyException">It is not a number.</exception>
    public long ToInt64() => Protocol.RespNumber.TryParse(_content, out long value)
        ? value
        : throw new RedisReplyException($"The value of kind {Kind} is not a whole number.");

    /// <summary>The scalar as a floating-point number.</summary>
    /// <exception cref="RedisReplyException">It is not a number.</exception>
    public double ToDouble() => Protocol.RespNumber.TryParse(_content, out double value)
        ? value
        : throw new RedisReplyException($"The value of kind {Kind} is not a number.");

    /// <summary>The scalar as text; for aggregates a listing for people.</summary>
    public override string ToString()
    {
        if (IsNull)
        {
            return string.Empty;
        }

        return Items.Count == 0 ? Encoding.UTF8.GetString(_content) : "[" + string.Join(", ", Items) + "]";
    }

    internal static RespValue Read(ref Protocol.RespReader reader)
    {
        if (reader.IsNull)
        {
            return new(reader.Kind, null, null);
        }

        if (!reader.IsAggregate)
        {
            return new(reader.Kind, reader.Content.ToArray(), null);
        }

        Protocol.RespKind kind = reader.Kind;
        // The elements are all in the receive buffer, so their number is no mere announcement.
        var items = new RespValue[reader.Count];
        for (int i = 0; i < items.Length; i++)
        {
            reader.Read();
            items[i] = Read(ref reader);
        }

        return new(kind, null, items);
    }
}
