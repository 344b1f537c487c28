using System.Globalization;
using System.Text;

namespace TypedRedis.Generator.Infrastructure;

/// <summary>
/// Text from elsewhere, such as a spec that a server described, before it is written into source, files or terminals.
/// Plain text has no character that ends a line, controls a terminal, turns the direction of what follows, or is half of a pair.
/// </summary>
internal static class PlainText
{
    /// <summary>Index of the first character, from <paramref name="start"/> on, that plain text does not have; -1 if there is none.</summary>
    public static int IndexOfOther(string text, int start = 0)
    {
        for (int i = start; i < text.Length; i++)
        {
            if (text[i] is >= ' ' and <= '~')
            {
                continue;
            }

            if (char.IsSurrogatePair(text, i))
            {
                i++;
            }
            else if (IsOther(text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The text with a blank in place of every character that plain text does not have.</summary>
    public static string From(string text)
    {
        int other = IndexOfOther(text);
        if (other < 0)
        {
            return text;
        }

        var plain = new StringBuilder(text);
        for (; other >= 0; other = IndexOfOther(text, other + 1))
        {
            plain[other] = ' ';
        }

        return plain.ToString();
    }

    /// <summary>A character's number, as in <c>U+2028</c>, for messages that must not repeat it.</summary>
    public static string NumberOf(char c) => "U+" + ((int)c).ToString("X4", CultureInfo.InvariantCulture);

    /// <summary>Whether plain text does not have the character, standing alone.</summary>
    public static bool IsOther(char c) =>
        char.IsControl(c)
        || char.IsSurrogate(c)
        || c is '\u2028' or '\u2029' or '\ufeff' or >= '\ufffe'
        || c is '\u061c' or '\u200e' or '\u200f' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
