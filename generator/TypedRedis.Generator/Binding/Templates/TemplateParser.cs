using System.Text;

namespace TypedRedis.Generator.Binding.Templates;

/// <summary>
/// Splits a template into words at white space. <c>"…"</c> keeps white space in a word, <c>$name</c> and <c>${name}</c> are holes,
/// <c>$#name</c> is the number of elements of a collection, <c>$$</c> is a dollar sign.
/// </summary>
internal sealed class TemplateParser
{
    private readonly string _text;
    private readonly List<TemplatePart> _parts = [];
    private readonly StringBuilder _literal = new();
    private int _position;
    private int _literalStart;

    private TemplateParser(string text) => _text = text;

    /// <summary>Parses a template; returns null and says why if it is malformed.</summary>
    public static Template? Parse(string text, out TemplateError? error)
    {
        var words = new List<TemplateWord>();
        var parser = new TemplateParser(text);
        error = null;
        while (error is null && parser.SkipWhitespace())
        {
            words.Add(parser.ReadWord(out error));
        }

        if (error is null && words.Count == 0)
        {
            error = new TemplateError("it is empty", 0, text.Length);
        }

        return error is null ? new Template(words) : null;
    }

    private bool SkipWhitespace()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }

        return _position < _text.Length;
    }

    private TemplateWord ReadWord(out TemplateError? error)
    {
        int start = _position;
        bool isQuoted = false;
        int quoteStart = 0;
        error = null;
        _parts.Clear();
        while (error is null && _position < _text.Length && (isQuoted || !char.IsWhiteSpace(_text[_position])))
        {
            switch (_text[_position])
            {
                case '"':
                    isQuoted = !isQuoted;
                    quoteStart = _position++;
                    break;
                case '$':
                    error = ReadDollar();
                    break;
                default:
                    AppendLiteral(_text[_position], 1);
                    break;
            }
        }

        if (error is null && HalfCharacter(start, _position) is int half)
        {
            error = new TemplateError("it contains half of a surrogate pair, which is no character", half, 1);
        }

        if (error is null && isQuoted)
        {
            error = new TemplateError("the quotation mark that starts here is never closed", quoteStart, _text.Length - quoteStart);
        }

        FlushLiteral();
        if (_parts.Count == 0)
        {
            _parts.Add(new TemplatePart(PartKind.Literal, "", start, _position - start));
        }

        return new TemplateWord([.. _parts], start, _position - start);
    }

    /// <summary>Position of a surrogate without its other half: UTF-8 has no form for it, so it cannot be sent.</summary>
    private int? HalfCharacter(int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            if (i + 1 < end && char.IsSurrogatePair(_text[i], _text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(_text[i]))
            {
                return i;
            }
        }

        return null;
    }

    private TemplateError? ReadDollar()
    {
        int start = _position;
        char next = Peek(1);
        if (next == '$')
        {
            AppendLiteral('$', 2);
            return null;
        }

        FlushLiteral();
        _position++;
        PartKind kind = PartKind.Hole;
        if (next == '#')
        {
            kind = PartKind.Count;
            _position++;
        }

        bool isBraced = Peek(0) == '{';
        _position += isBraced ? 1 : 0;
        int nameStart = _position;
        while (_position < _text.Length && IsNameCharacter(_text[_position], _position == nameStart))
        {
            _position++;
        }

        string name = _text.Substring(nameStart, _position - nameStart);
        if (name.Length == 0)
        {
            return new TemplateError("a parameter's name must follow '$' ('$$' is a dollar sign)", start, Math.Max(1, _position - start));
        }

        if (isBraced)
        {
            if (Peek(0) != '}')
            {
                return new TemplateError($"'}}' is missing after '${{{name}'", start, _position - start);
            }

            _position++;
        }

        _parts.Add(new TemplatePart(kind, name, start, _position - start));
        return null;
    }

    private void AppendLiteral(char c, int length)
    {
        if (_literal.Length == 0)
        {
            _literalStart = _position;
        }

        _literal.Append(c);
        _position += length;
    }

    private void FlushLiteral()
    {
        if (_literal.Length > 0)
        {
            _parts.Add(new TemplatePart(PartKind.Literal, _literal.ToString(), _literalStart, _position - _literalStart));
            _literal.Clear();
        }
    }

    private char Peek(int ahead) => _position + ahead < _text.Length ? _text[_position + ahead] : '\0';

    private static bool IsNameCharacter(char c, bool isFirst) => c == '_' || char.IsLetter(c) || (!isFirst && char.IsDigit(c));
}
