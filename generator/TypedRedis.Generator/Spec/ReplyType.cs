using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Spec;

/// <summary>What a command answers, in the small language of commands.json: <c>array&lt;tuple&lt;bulk,double&gt;&gt;?</c>.</summary>
internal sealed record ReplyType(ReplyKind Kind, bool IsNullable, EquatableArray<ReplyType> Arguments)
{
    /// <summary>Parses the notation of commands.json.</summary>
    /// <exception cref="SpecException">The notation is wrong; the position is relative to <paramref name="text"/>.</exception>
    public static ReplyType Parse(string text)
    {
        int position = 0;
        ReplyType type = ParseType(text, ref position);
        return position == text.Length ? type : throw new SpecException($"'{text}' is not a reply type", position);
    }

    public override string ToString()
    {
        string name = Kind.ToString().ToLowerInvariant();
        string arguments = Arguments.IsEmpty ? "" : $"<{string.Join(",", Arguments)}>";
        return name + arguments + (IsNullable ? "?" : "");
    }

    private static ReplyType ParseType(string text, ref int position)
    {
        int start = position;
        while (position < text.Length && char.IsLetter(text[position]))
        {
            position++;
        }

        string name = text.Substring(start, position - start);
        if (!Enum.TryParse(name, ignoreCase: true, out ReplyKind kind))
        {
            throw new SpecException($"'{name}' is not a reply type", start);
        }

        var arguments = new List<ReplyType>();
        if (position < text.Length && text[position] == '<')
        {
            do
            {
                position++;
                arguments.Add(ParseType(text, ref position));
            }
            while (position < text.Length && text[position] == ',');

            if (position >= text.Length || text[position] != '>')
            {
                throw new SpecException($"'>' is missing in the reply type '{text}'", position);
            }

            position++;
        }

        if (!IsArgumentCount(kind, arguments.Count))
        {
            throw new SpecException($"'{name}' has the wrong number of type arguments", start);
        }

        bool isNullable = position < text.Length && text[position] == '?';
        position += isNullable ? 1 : 0;
        return new ReplyType(kind, isNullable, arguments.ToEquatableArray());
    }

    private static bool IsArgumentCount(ReplyKind kind, int count) => kind switch
    {
        ReplyKind.Array or ReplyKind.Set => count == 1,
        ReplyKind.Map or ReplyKind.Pairs => count == 2,
        ReplyKind.Tuple => count is >= 1 and <= 5,
        _ => count == 0,
    };
}

/// <summary>Shapes of replies.</summary>
internal enum ReplyKind
{
    /// <summary>The simple string OK.</summary>
    Ok,

    /// <summary>A status, verbatim or bulk string meant for people.</summary>
    Text,

    /// <summary>Bytes.</summary>
    Bulk,

    /// <summary>A 64-bit integer.</summary>
    Int,

    /// <summary>0 or 1, or a RESP3 boolean.</summary>
    Bool,

    /// <summary>A double, as bulk string in RESP2.</summary>
    Double,

    /// <summary>Anything: a tree.</summary>
    Any,

    /// <summary>The server sends no reply.</summary>
    None,

    Array,
    Set,
    Map,

    /// <summary>An array of fixed length whose elements have types of their own.</summary>
    Tuple,

    /// <summary>Pairs: nested arrays in RESP3, flat in RESP2.</summary>
    Pairs,
}
