using System.Diagnostics.CodeAnalysis;

namespace TypedRedis.Tool.Spec;

/// <summary>
/// A parsed reply type. Grammar:
/// <code>
/// type  := plain [ "?" ]
/// plain := "ok" | "text" | "bulk" | "int" | "bool" | "double" | "any" | "none"
///        | "array" "&lt;" type "&gt;" | "set" "&lt;" type "&gt;"
///        | "map" "&lt;" type "," type "&gt;" | "pairs" "&lt;" type "," type "&gt;"
///        | "tuple" "&lt;" type { "," type } "&gt;"
/// </code>
/// </summary>
internal sealed record ReplyType(string Kind, IReadOnlyList<ReplyType> Arguments, bool CanBeNull)
{
    /// <summary>Longest tuple the runtime decodes.</summary>
    private const int MaxTupleLength = 5;

    private static readonly string[] s_scalars = ["ok", "text", "bulk", "int", "bool", "double", "any", "none"];

    /// <summary>Parses a type as it stands in a spec.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ReplyType? type)
    {
        int position = 0;
        type = text is null ? null : Parse(text, ref position);
        if (type is null || position != text!.Length)
        {
            type = null;
            return false;
        }

        return true;
    }

    private static ReplyType? Parse(string text, ref int position)
    {
        int start = position;
        while (position < text.Length && char.IsAsciiLetterLower(text[position]))
        {
            position++;
        }

        string kind = text[start..position];
        var arguments = new List<ReplyType>();
        if (Take(text, ref position, '<'))
        {
            do
            {
                if (Parse(text, ref position) is not { } argument)
                {
                    return null;
                }

                arguments.Add(argument);
            }
            while (Take(text, ref position, ','));

            if (!Take(text, ref position, '>'))
            {
                return null;
            }
        }

        bool canBeNull = Take(text, ref position, '?');
        return IsComplete(kind, arguments.Count) ? new ReplyType(kind, arguments, canBeNull) : null;
    }

    private static bool IsComplete(string kind, int arguments) => kind switch
    {
        "array" or "set" => arguments == 1,
        "map" or "pairs" => arguments == 2,
        "tuple" => arguments is >= 2 and <= MaxTupleLength,
        _ => arguments == 0 && s_scalars.Contains(kind),
    };

    private static bool Take(string text, ref int position, char wanted)
    {
        if (position < text.Length && text[position] == wanted)
        {
            position++;
            return true;
        }

        return false;
    }
}
