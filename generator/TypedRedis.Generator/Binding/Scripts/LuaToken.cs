namespace TypedRedis.Generator.Binding.Scripts;

/// <summary>A word of a Lua source.</summary>
/// <param name="Text">A name, a number or a symbol as written; of a string what stands between its quotes.</param>
internal readonly record struct LuaToken(LuaTokenKind Kind, string Text, int Start, int Length)
{
    public int End => Start + Length;

    public bool IsSymbol(char symbol) => Kind == LuaTokenKind.Symbol && Text[0] == symbol;

    public bool IsName(params string[] names) => Kind == LuaTokenKind.Name && names.Contains(Text);
}

/// <summary>Kinds of tokens.</summary>
internal enum LuaTokenKind
{
    Name,
    Number,
    String,

    /// <summary>Any other single character.</summary>
    Symbol,
}
