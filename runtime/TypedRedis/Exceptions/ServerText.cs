using System.Text;

namespace TypedRedis.Exceptions;

/// <summary>
/// What may be shown of an error as a server words it. Servers repeat arguments, whole or cut off, with and without quotes, and scripts put
/// anything into their errors. So not what looks like an argument is taken out, but only what is known to be the server's own is let through: words of the
/// servers' own vocabulary, outside of quotes.
/// </summary>
internal static class ServerText
{
    private const string Hidden = "…";

    // Longer ones are no code of a server.
    private const int LongestCode = 32;

    // An error longer than this is cut: no server's own is.
    private const int LongestText = 512;

    /// <summary>The error's first word if it is a code, such as <c>WRONGTYPE</c>; empty if it is not.</summary>
    public static string CodeOf(ReadOnlySpan<byte> error)
    {
        int space = error.IndexOf((byte)' ');
        ReadOnlySpan<byte> word = space < 0 ? error : error[..space];
        return IsCode(word) ? Encoding.ASCII.GetString(word) : "";
    }

    /// <summary>The error with everything hidden that may come from a request.</summary>
    /// <param name="error">The error line without its leading <c>-</c>.</param>
    public static string Of(ReadOnlySpan<byte> error)
    {
        if (IsRedirect(error))
        {
            return Encoding.ASCII.GetString(error);
        }

        string code = CodeOf(error);
        string text = Encoding.UTF8.GetString(error[code.Length..Math.Min(error.Length, code.Length + LongestText)]);
        var shown = new StringBuilder(code);
        char quote = '\0';
        foreach (string token in text.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries))
        {
            string visible = Visible(token, ref quote);
            if (visible == Hidden && EndsHidden(shown))
            {
                continue;
            }

            _ = shown.Length == 0 ? shown : shown.Append(' ');
            shown.Append(visible);
            if (token == "beginning" || EndsWith(shown, "stack traceback:"))
            {
                // Behind it is nothing but arguments.
                return shown.Append(" " + Hidden).ToString();
            }
        }

        return shown.Length == 0 ? Hidden : shown.ToString();
    }

    // One token: as it is, with its punctuation, or hidden.
    private static string Visible(string token, ref char quote)
    {
        if (quote != '\0')
        {
            // Up to a token that ends the quotation; one that is cut off never ends.
            if (token.TrimEnd('.', ',', ':', ';', ')').EndsWith(quote))
            {
                quote = '\0';
            }

            return Hidden;
        }

        string end = token[token.TrimEnd('.', ',', ':', ';', ')', '!', '?').Length..];
        string start = token.StartsWith('(') ? "(" : "";
        string core = token.Length >= start.Length + end.Length ? token[start.Length..^end.Length] : "";
        if (core.Length > 0 && core[0] is '\'' or '"' or '`')
        {
            quote = core.Length > 1 && core[^1] == core[0] ? '\0' : core[0];
            return Hidden;
        }

        if (core.Length == 0)
        {
            return start + end;
        }

        return ServerVocabulary.Contains(core) ? token : Hidden;
    }

    private static bool IsCode(ReadOnlySpan<byte> word)
    {
        if (word.Length is < 2 or > LongestCode || !char.IsAsciiLetterUpper((char)word[0]))
        {
            return false;
        }

        foreach (byte character in word)
        {
            if (!char.IsAsciiLetterUpper((char)character) && !char.IsAsciiDigit((char)character) && character != '_')
            {
                return false;
            }
        }

        return true;
    }

    // "MOVED 1234 host:port": a slot and a node, which are no secrets and say where to look.
    private static bool IsRedirect(ReadOnlySpan<byte> error)
    {
        ReadOnlySpan<byte> rest = error.StartsWith("MOVED "u8) ? error[6..] : error.StartsWith("ASK "u8) ? error[4..] : default;
        int space = rest.IndexOf((byte)' ');
        return space is > 0 and <= 5
            && rest[..space].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            && rest[(space + 1)..] is { Length: > 1 and < 300 } address
            && IsAddress(address);
    }

    private static bool IsAddress(ReadOnlySpan<byte> text)
    {
        foreach (byte character in text)
        {
            if (!char.IsAsciiLetterOrDigit((char)character) && character is not ((byte)'.' or (byte)':' or (byte)'-' or (byte)'?' or (byte)'%' or (byte)'[' or (byte)']'))
            {
                return false;
            }
        }

        return text.Contains((byte)':');
    }

    private static bool EndsHidden(StringBuilder shown) => EndsWith(shown, Hidden);

    private static bool EndsWith(StringBuilder shown, string end)
    {
        if (shown.Length < end.Length)
        {
            return false;
        }

        for (int i = 0; i < end.Length; i++)
        {
            if (shown[shown.Length - end.Length + i] != end[i])
            {
                return false;
            }
        }

        return true;
    }
}
