using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedRedis.Generator.Infrastructure;

/// <summary>Writes C# from text that may say anything: literals, documentation and identifiers. Nothing of it becomes code.</summary>
internal static class CSharpText
{
    /// <summary>A regular string literal.</summary>
    public static string Literal(string text)
    {
        var literal = new StringBuilder(text.Length + 2).Append('"');
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            _ = c switch
            {
                '"' => literal.Append("\\\""),
                '\\' => literal.Append("\\\\"),
                '\r' => literal.Append("\\r"),
                '\n' => literal.Append("\\n"),
                '\t' => literal.Append("\\t"),
                _ when char.IsSurrogatePair(text, i) => literal.Append(c).Append(text[++i]),
                _ when PlainText.IsOther(c) => literal.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => literal.Append(c),
            };
        }

        return literal.Append('"').ToString();
    }

    /// <summary>A UTF-8 literal. Half of a surrogate pair becomes what encoding makes of it: U+FFFD.</summary>
    public static string Utf8Literal(string text) => Literal(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text))) + "u8";

    /// <summary>Text of an XML documentation element or attribute, on one line.</summary>
    public static string Xml(string text) =>
        PlainText.From(text).Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&quot;");

    /// <summary>A name for a member: the text itself if it is an identifier, else one made of its letters and digits.</summary>
    public static string Identifier(string text) =>
        IsIdentifier(text) ? Names.EscapeKeyword(text) : Names.ToPascalCase(text);

    /// <summary>Whether the text, keywords included, is an identifier.</summary>
    public static bool IsIdentifier(string text) => SyntaxFacts.IsValidIdentifier(text) && PlainText.IndexOfOther(text) < 0;

    /// <summary>A whole number.</summary>
    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
