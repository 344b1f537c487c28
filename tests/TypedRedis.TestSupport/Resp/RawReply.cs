using System.Globalization;
using System.Text;

namespace TypedRedis.TestSupport;

/// <summary>The wire type of a <see cref="RawReply"/>.</summary>
public enum RawReplyKind
{
    /// <summary>A null bulk string, null array or RESP3 null.</summary>
    Null,

    /// <summary>A status line, such as <c>OK</c>.</summary>
    Simple,

    /// <summary>An error reply.</summary>
    Error,

    /// <summary>A 64-bit integer.</summary>
    Number,

    /// <summary>A bulk string, or a RESP3 verbatim string or big number.</summary>
    Bulk,

    /// <summary>A RESP3 double.</summary>
    Floating,

    /// <summary>A RESP3 boolean.</summary>
    Boolean,

    /// <summary>An array, or a RESP3 set.</summary>
    Array,

    /// <summary>A RESP3 map; keys and values take turns in <see cref="RawReply.Items"/>.</summary>
    Map,

    /// <summary>A RESP3 push message.</summary>
    Push,
}

/// <summary>One reply exactly as a server sent it, as a tree.</summary>
public sealed class RawReply
{
    private static readonly byte[] s_noBytes = [];

    internal RawReply(RawReplyKind kind, byte[]? bytes = null, IReadOnlyList<RawReply>? items = null)
    {
        Kind = kind;
        Bytes = bytes ?? s_noBytes;
        Items = items ?? [];
    }

    /// <summary>The wire type.</summary>
    public RawReplyKind Kind { get; }

    /// <summary>The payload of everything that is not an aggregate; empty for null and aggregates.</summary>
    public byte[] Bytes { get; }

    /// <summary>The elements of an aggregate; empty for everything else.</summary>
    public IReadOnlyList<RawReply> Items { get; }

    /// <summary>Whether this is a null of any form.</summary>
    public bool IsNull => Kind == RawReplyKind.Null;

    /// <summary>Whether the server answered with an error.</summary>
    public bool IsError => Kind == RawReplyKind.Error;

    /// <summary>The payload as UTF-8 text; <see langword="null"/> for a null reply.</summary>
    public string? Text => IsNull ? null : Encoding.UTF8.GetString(Bytes);

    /// <summary>The payload as a number.</summary>
    /// <exception cref="FormatException">The payload is no integer.</exception>
    public long Number => long.Parse(Text ?? "", NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    /// <summary>An element of an aggregate.</summary>
    public RawReply this[int index] => Items[index];

    /// <summary>The reply in a form for people, aggregates in brackets.</summary>
    public override string ToString() => Kind switch
    {
        RawReplyKind.Null => "(nil)",
        RawReplyKind.Error => $"(error) {Text}",
        RawReplyKind.Array or RawReplyKind.Map or RawReplyKind.Push => $"[{string.Join(", ", Items)}]",
        _ => Text!,
    };
}
