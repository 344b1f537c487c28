using System.Text;

namespace TypedRedis.Tool.Build;

/// <summary>Spelling conversions between the servers' words and the schema's.</summary>
internal static class Names
{
    /// <summary><c>all_shards</c> → <c>allShards</c>; empty without a letter or digit.</summary>
    public static string Camel(string snake)
    {
        string pascal = Pascal(snake);
        return pascal.Length == 0 ? "" : char.ToLowerInvariant(pascal[0]) + pascal[1..];
    }

    /// <summary>Every word capitalised, separators dropped: <c>GET-MASTER_ADDR</c> → <c>GetMasterAddr</c>.</summary>
    public static string Pascal(string text)
    {
        var result = new StringBuilder(text.Length);
        bool startsWord = true;
        foreach (char letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter))
            {
                startsWord = true;
                continue;
            }

            result.Append(startsWord ? char.ToUpperInvariant(letter) : char.ToLowerInvariant(letter));
            startsWord = false;
        }

        return result.ToString();
    }
}
