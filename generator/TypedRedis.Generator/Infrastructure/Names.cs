using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedRedis.Generator.Infrastructure;

/// <summary>Compares and derives names across the spellings of C#, of commands and of their arguments.</summary>
internal static class Names
{
    /// <summary>Upper-case letters and digits only, so that <c>unix-time-seconds</c>, <c>unixTimeSeconds</c> and <c>UNIX_TIME_SECONDS</c> meet.</summary>
    public static string Normalize(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (char c in name)
        {
            if (char.IsLetterOrDigit(c))
            {
                text.Append(char.ToUpperInvariant(c));
            }
        }

        return text.ToString();
    }

    /// <summary><c>unix-time-seconds</c> as <c>UnixTimeSeconds</c>.</summary>
    public static string ToPascalCase(string name)
    {
        var text = new StringBuilder(name.Length);
        bool startOfWord = true;
        foreach (char c in name)
        {
            if (!char.IsLetterOrDigit(c))
            {
                startOfWord = true;
                continue;
            }

            if (text.Length == 0 && char.IsDigit(c))
            {
                text.Append('_');
            }

            text.Append(startOfWord ? char.ToUpperInvariant(c) : c);
            startOfWord = false;
        }

        return text.Length == 0 ? "Argument" : text.ToString();
    }

    /// <summary><c>unix-time-seconds</c> as <c>unixTimeSeconds</c>.</summary>
    public static string ToCamelCase(string name)
    {
        string pascal = ToPascalCase(name);
        return char.ToLowerInvariant(pascal[0]) + pascal.Substring(1);
    }

    /// <summary>Prefixes a reserved word with <c>@</c>.</summary>
    public static string EscapeKeyword(string identifier) =>
        SyntaxFacts.GetKeywordKind(identifier) == SyntaxKind.None ? identifier : "@" + identifier;

    /// <summary>Prefixes a word that cannot name a type as it is with <c>@</c>; <c>record</c> and its like are reserved there only.</summary>
    public static string EscapeType(string identifier) =>
        SyntaxFacts.GetContextualKeywordKind(identifier) == SyntaxKind.None ? EscapeKeyword(identifier) : "@" + identifier;

    /// <summary>The name, with a number behind it if it is taken.</summary>
    public static string Free(string wanted, Func<string, bool> isTaken)
    {
        string name = wanted;
        for (int i = 2; isTaken(name); i++)
        {
            name = wanted + CSharpText.Number(i);
        }

        return name;
    }

    /// <summary>The plural of an argument's name, for the collection that carries several of them.</summary>
    public static string Pluralize(string name)
    {
        if (name.EndsWith("s", StringComparison.Ordinal) || name.EndsWith("data", StringComparison.Ordinal))
        {
            return name;
        }

        return name.EndsWith("y", StringComparison.Ordinal) && name.Length > 1 && !IsVowel(name[name.Length - 2])
            ? name.Substring(0, name.Length - 1) + "ies"
            : name + "s";
    }

    private static bool IsVowel(char c) => c is 'a' or 'e' or 'i' or 'o' or 'u';
}
