using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace TypedRedis.Generator.Diagnostics;

/// <summary>Maps positions in the value of a string literal to positions in its source.</summary>
internal static class LiteralPositions
{
    /// <summary>The source span of a part of the literal's value, or null for what is no string literal.</summary>
    public static TextSpan? Find(SyntaxToken literal, int start, int length)
    {
        string text = literal.Text;
        int[]? positions = literal.Kind() switch
        {
            SyntaxKind.StringLiteralToken when text.StartsWith("@\"", StringComparison.Ordinal) => Verbatim(text),
            SyntaxKind.StringLiteralToken => Regular(text),
            SyntaxKind.SingleLineRawStringLiteralToken => Raw(text),
            SyntaxKind.MultiLineRawStringLiteralToken => RawLines(text),
            _ => null,
        };
        if (positions is null || start + length >= positions.Length)
        {
            return null;
        }

        return TextSpan.FromBounds(literal.SpanStart + positions[start], literal.SpanStart + positions[start + length]);
    }

    private static int[] Raw(string text)
    {
        int quotes = text.TakeWhile(c => c == '"').Count();
        return Enumerable.Range(quotes, text.Length - (2 * quotes) + 1).ToArray();
    }

    /// <summary>The value starts on the second line; the indentation of the last line is no part of it.</summary>
    private static int[] RawLines(string text)
    {
        int quotes = text.TakeWhile(c => c == '"').Count();
        int lastLine = text.LastIndexOf('\n') + 1;
        int indentation = text.Length - quotes - lastLine;
        int end = lastLine - (lastLine > 1 && text[lastLine - 2] == '\r' ? 2 : 1);
        var positions = new List<int>();
        for (int i = text.IndexOf('\n') + 1; i < end;)
        {
            int next = Math.Min(text.IndexOf('\n', i) + 1, end);
            int skipped = 0;
            while (skipped < indentation && i + skipped < next && text[i + skipped] is ' ' or '\t')
            {
                skipped++;
            }

            positions.AddRange(Enumerable.Range(i + skipped, next - i - skipped));
            i = next;
        }

        positions.Add(end);
        return positions.ToArray();
    }

    private static int[] Verbatim(string text)
    {
        var positions = new List<int>();
        int i = 2;
        while (i < text.Length - 1)
        {
            positions.Add(i);
            i += text[i] == '"' ? 2 : 1;
        }

        positions.Add(i);
        return positions.ToArray();
    }

    /// <summary>Source position of each UTF-16 unit of the value, and of its end.</summary>
    private static int[] Regular(string text)
    {
        var positions = new List<int>();
        int i = 1;
        while (i < text.Length - 1)
        {
            positions.Add(i);
            int length = EscapeLength(text, i);

            // Only an eight-digit escape may stand for two UTF-16 units.
            if (length == 10 && text.Substring(i + 2, 8) is var code && Convert.ToInt32(code, 16) > 0xFFFF)
            {
                positions.Add(i);
            }

            i += length;
        }

        positions.Add(i);
        return positions.ToArray();
    }

    private static int EscapeLength(string text, int start)
    {
        if (text[start] != '\\')
        {
            return 1;
        }

        switch (text[start + 1])
        {
            case 'u':
                return 6;
            case 'U':
                return 10;
            case 'x':
                int digits = 0;
                while (digits < 4 && Uri.IsHexDigit(text[start + 2 + digits]))
                {
                    digits++;
                }

                return 2 + digits;
            default:
                return 2;
        }
    }
}
