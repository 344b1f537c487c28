using System.Globalization;

namespace TypedRedis.Generator.Binding.Scripts;

/// <summary>What a Lua source says literally: which elements of <c>KEYS</c> and <c>ARGV</c> it reads and which commands it calls.</summary>
internal static class ScriptText
{
    /// <summary>Elements read by a constant index.</summary>
    public static IEnumerable<ScriptElement> Elements(string source)
    {
        IReadOnlyList<LuaToken> tokens = LuaLexer.Read(source);
        for (int i = 0; i + 3 < tokens.Count; i++)
        {
            if (!IsMember(tokens, i)
                && tokens[i].IsName("KEYS", "ARGV")
                && tokens[i + 1].IsSymbol('[')
                && tokens[i + 2].Kind == LuaTokenKind.Number
                && tokens[i + 3].IsSymbol(']')
                && int.TryParse(tokens[i + 2].Text, NumberStyles.None, CultureInfo.InvariantCulture, out int index))
            {
                yield return new ScriptElement(tokens[i].Text == "KEYS", index, tokens[i].Start, tokens[i + 3].End - tokens[i].Start);
            }
        }
    }

    /// <summary>Commands called by a literal name: <c>redis.call('SET', …)</c>.</summary>
    public static IEnumerable<ScriptCall> Calls(string source)
    {
        IReadOnlyList<LuaToken> tokens = LuaLexer.Read(source);
        for (int i = 0; i + 4 < tokens.Count; i++)
        {
            if (tokens[i].IsName("redis", "server")
                && tokens[i + 1].IsSymbol('.')
                && tokens[i + 2].IsName("call", "pcall")
                && tokens[i + 3].IsSymbol('(')
                && tokens[i + 4].Kind == LuaTokenKind.String)
            {
                bool hasSecond = i + 6 < tokens.Count && tokens[i + 5].IsSymbol(',') && tokens[i + 6].Kind == LuaTokenKind.String;
                yield return new ScriptCall(tokens[i + 4].Text.ToUpperInvariant(), hasSecond ? tokens[i + 6].Text.ToUpperInvariant() : null, tokens[i + 4].Start, tokens[i + 4].Length);
            }
        }
    }

    // Behind "." or ":", but not behind "..", which joins texts.
    private static bool IsMember(IReadOnlyList<LuaToken> tokens, int index) =>
        index > 0 && (tokens[index - 1].IsSymbol(':') || (tokens[index - 1].IsSymbol('.') && !(index > 1 && tokens[index - 2].IsSymbol('.'))));
}

/// <summary><c>KEYS[n]</c> or <c>ARGV[n]</c>.</summary>
internal readonly record struct ScriptElement(bool IsKey, int Index, int Start, int Length);

/// <summary>A call of a command.</summary>
/// <param name="Second">The next word, if it is literal too: perhaps a sub-command.</param>
/// <param name="Start">Start of the first word's literal.</param>
internal readonly record struct ScriptCall(string Name, string? Second, int Start, int Length);
