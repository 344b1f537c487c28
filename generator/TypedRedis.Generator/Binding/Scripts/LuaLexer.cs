namespace TypedRedis.Generator.Binding.Scripts;

/// <summary>
/// Splits Lua 5.1 source into tokens, without comments. What is malformed gives some tokens all the same: the server reports it.
/// </summary>
internal sealed class LuaLexer
{
    private readonly string _source;
    private readonly List<LuaToken> _tokens = [];
    private int _position;

    private LuaLexer(string source) => _source = source;

    public static IReadOnlyList<LuaToken> Read(string source)
    {
        var lexer = new LuaLexer(source);
        if (source.StartsWith("#!", StringComparison.Ordinal))
        {
            lexer.SkipLine();
        }

        while (lexer._position < source.Length)
        {
            lexer.ReadNext();
        }

        return lexer._tokens;
    }

    private void ReadNext()
    {
        char c = _source[_position];
        if (char.IsWhiteSpace(c))
        {
            _position++;
        }
        else if (c == '-' && Peek(1) == '-')
        {
            SkipComment();
        }
        else if (LongBracketLevel(_position) is int level)
        {
            int start = _position;
            SkipLongBracket(level);
            int content = start + level + 2;
            Add(LuaTokenKind.String, start, content, Math.Max(0, _position - content - level - 2));
        }
        else if (c is '\'' or '"')
        {
            ReadString(c);
        }
        else if (char.IsLetterOrDigit(c) || c == '_')
        {
            int start = _position;
            while (char.IsLetterOrDigit(Peek(0)) || Peek(0) == '_' || (Peek(0) == '.' && char.IsDigit(c) && Peek(1) != '.'))
            {
                _position++;
            }

            Add(char.IsDigit(c) ? LuaTokenKind.Number : LuaTokenKind.Name, start, start, _position - start);
        }
        else
        {
            _position++;
            Add(LuaTokenKind.Symbol, _position - 1, _position - 1, 1);
        }
    }

    private void ReadString(char quote)
    {
        int start = _position++;
        while (_position < _source.Length && _source[_position] != quote)
        {
            _position += _source[_position] == '\\' ? 2 : 1;
        }

        _position = Math.Min(_position, _source.Length);
        int length = _position - start - 1;
        _position = Math.Min(_position + 1, _source.Length);
        Add(LuaTokenKind.String, start, start + 1, length);
    }

    private void SkipComment()
    {
        _position += 2;
        if (LongBracketLevel(_position) is int level)
        {
            SkipLongBracket(level);
        }
        else
        {
            SkipLine();
        }
    }

    private void SkipLine()
    {
        int end = _source.IndexOf('\n', _position);
        _position = end < 0 ? _source.Length : end + 1;
    }

    // "[[" has level 0, "[=[" level 1.
    private int? LongBracketLevel(int position)
    {
        if (position >= _source.Length || _source[position] != '[')
        {
            return null;
        }

        int end = position + 1;
        while (end < _source.Length && _source[end] == '=')
        {
            end++;
        }

        return end < _source.Length && _source[end] == '[' ? end - position - 1 : null;
    }

    private void SkipLongBracket(int level)
    {
        string closing = "]" + new string('=', level) + "]";
        int end = _source.IndexOf(closing, _position, StringComparison.Ordinal);
        _position = end < 0 ? _source.Length : end + closing.Length;
    }

    private void Add(LuaTokenKind kind, int start, int textStart, int textLength) =>
        _tokens.Add(new LuaToken(kind, _source.Substring(textStart, Math.Min(textLength, _source.Length - textStart)), start, _position - start));

    private char Peek(int ahead) => _position + ahead < _source.Length ? _source[_position + ahead] : '\0';
}
