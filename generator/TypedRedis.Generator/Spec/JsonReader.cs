using System.Globalization;
using System.Text;
using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Spec;

/// <summary>
/// A forward-only JSON reader (RFC 8259) over a string. Positions are character offsets; every error names one.
/// The compiler loads no dependency of a generator, hence an own reader.
/// </summary>
internal sealed class JsonReader(string text, int position = 0)
{
    /// <summary>Nesting past this is refused rather than risking the compiler's stack.</summary>
    private const int MaxDepth = 64;

    private int _depth;

    /// <summary>Offset of the next character to read.</summary>
    public int Position { get; private set; } = position;

    /// <summary>Reads an object and calls <paramref name="readValue"/> for each property, which must consume its value.</summary>
    public void ReadObject(Action<string, int> readValue)
    {
        Enter('{', "an object");
        if (!TryConsume('}'))
        {
            do
            {
                SkipWhitespace();
                int start = Position;
                string name = ReadString();
                Expect(':');
                SkipWhitespace();
                readValue(name, start);
            }
            while (TryConsume(','));
            Expect('}');
        }

        _depth--;
    }

    /// <summary>Reads an array and calls <paramref name="readItem"/> for each item, which must consume it.</summary>
    public void ReadArray(Action readItem)
    {
        Enter('[', "an array");
        if (!TryConsume(']'))
        {
            do
            {
                SkipWhitespace();
                readItem();
            }
            while (TryConsume(','));
            Expect(']');
        }

        _depth--;
    }

    /// <summary>Reads a string. It must be plain text, since strings of a spec are written into source.</summary>
    public string ReadString()
    {
        SkipWhitespace();
        int start = Position;
        if (Peek() != '"')
        {
            throw Error("a string was expected", start);
        }

        int plainStart = Position + 1;
        int position = plainStart;
        while (position < text.Length && text[position] is not ('"' or '\\') && text[position] is >= ' ' and <= '~')
        {
            position++;
        }

        Position = position;
        if (Peek() == '"')
        {
            return text.Substring(plainStart, Position++ - plainStart);
        }

        var value = new StringBuilder(text, plainStart, Position - plainStart, 64);
        while (Peek() != '"')
        {
            value.Append(ReadStringCharacter(start));
        }

        Position++;
        string result = value.ToString();
        int other = PlainText.IndexOfOther(result);
        return other < 0 ? result : throw Error($"a string must not have the character {PlainText.NumberOf(result[other])}", start);
    }

    public int ReadInteger()
    {
        SkipWhitespace();
        int start = Position;
        SkipNumber();
        return int.TryParse(text.Substring(start, Position - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw Error("a whole number was expected", start);
    }

    public bool ReadBoolean()
    {
        SkipWhitespace();
        int start = Position;
        if (TryWord("true"))
        {
            return true;
        }

        return TryWord("false") ? false : throw Error("true or false was expected", start);
    }

    /// <summary>The first character of the next value, or NUL at the end.</summary>
    public char PeekValue()
    {
        SkipWhitespace();
        return Peek();
    }

    /// <summary>Consumes any value, checking its syntax.</summary>
    public void SkipValue()
    {
        SkipWhitespace();
        int start = Position;
        switch (Peek())
        {
            case '{':
                SkipComposite('}', isObject: true);
                break;
            case '[':
                SkipComposite(']', isObject: false);
                break;
            case '"':
                SkipString();
                break;
            case 't' when TryWord("true"):
            case 'f' when TryWord("false"):
            case 'n' when TryWord("null"):
                break;
            case '-' or (>= '0' and <= '9'):
                SkipNumber();
                break;
            default:
                throw Error(start >= text.Length ? "the file ends where a value was expected" : "a value was expected", start);
        }
    }

    /// <summary>Checks that only white space follows.</summary>
    public void ExpectEnd()
    {
        SkipWhitespace();
        if (Position < text.Length)
        {
            throw Error("nothing was expected after the first value", Position);
        }
    }

    private void SkipComposite(char close, bool isObject)
    {
        Enter(isObject ? '{' : '[', "a value");
        if (!TryConsume(close))
        {
            do
            {
                if (isObject)
                {
                    SkipWhitespace();
                    SkipString();
                    Expect(':');
                }

                SkipValue();
            }
            while (TryConsume(','));
            Expect(close);
        }

        _depth--;
    }

    /// <summary>Skips a string. The compiler runs this before it is optimised, so the framework's own search does most of the work.</summary>
    private void SkipString()
    {
        int start = Position;
        if (Peek() != '"')
        {
            throw Error("a string was expected", start);
        }

        Position++;
        int end = text.IndexOf('"', Position);
        if (end >= 0 && text.IndexOf('\\', Position, end - Position) < 0)
        {
            Position = end + 1;
            return;
        }

        while (Peek() != '"')
        {
            ReadStringCharacter(start);
        }

        Position++;
    }

    private char ReadStringCharacter(int start)
    {
        if (Position >= text.Length)
        {
            throw Error("the string that starts here never ends", start);
        }

        char c = text[Position++];
        if (c < ' ')
        {
            throw Error($"a string must not have the character {PlainText.NumberOf(c)}", Position - 1);
        }

        return c == '\\' ? ReadEscape() : c;
    }

    private char ReadEscape()
    {
        int start = Position - 1;
        char c = Peek();
        Position++;
        switch (c)
        {
            case '"' or '\\' or '/':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u' when Position + 4 <= text.Length
                && ushort.TryParse(text.Substring(Position, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code):
                Position += 4;
                return (char)code;
            default:
                throw Error("unknown escape sequence", start);
        }
    }

    private void SkipNumber()
    {
        int start = Position;
        if (Peek() == '-')
        {
            Position++;
        }

        int digits = Position;
        SkipDigits();
        if (Position == digits || (text[digits] == '0' && Position > digits + 1))
        {
            throw Error("a number was expected", start);
        }

        if (Peek() == '.')
        {
            Position++;
            RequireDigits(start);
        }

        if (Peek() is 'e' or 'E')
        {
            Position++;
            if (Peek() is '+' or '-')
            {
                Position++;
            }

            RequireDigits(start);
        }
    }

    private void RequireDigits(int start)
    {
        int digits = Position;
        SkipDigits();
        if (Position == digits)
        {
            throw Error("a number was expected", start);
        }
    }

    private void SkipDigits()
    {
        while (Peek() is >= '0' and <= '9')
        {
            Position++;
        }
    }

    private bool TryWord(string word)
    {
        if (string.CompareOrdinal(text, Position, word, 0, word.Length) != 0)
        {
            return false;
        }

        Position += word.Length;
        return true;
    }

    private void Enter(char open, string what)
    {
        SkipWhitespace();
        if (Peek() != open)
        {
            throw Error(what + " was expected", Position);
        }

        if (++_depth > MaxDepth)
        {
            throw Error("values are nested too deeply", Position);
        }

        Position++;
    }

    private bool TryConsume(char c)
    {
        SkipWhitespace();
        if (Peek() != c)
        {
            return false;
        }

        Position++;
        return true;
    }

    private void Expect(char c)
    {
        if (!TryConsume(c))
        {
            throw Error($"'{c}' was expected", Position);
        }
    }

    private void SkipWhitespace()
    {
        int position = Position;
        while (position < text.Length && text[position] is ' ' or '\t' or '\r' or '\n')
        {
            position++;
        }

        Position = position;
    }

    private char Peek() => Position < text.Length ? text[Position] : '\0';

    private static SpecException Error(string message, int at) => new(message, at);
}
