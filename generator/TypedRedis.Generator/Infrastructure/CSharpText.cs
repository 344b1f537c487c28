using System.Globalization;
using System.Text;

namespace TypedRedis.Generator.Infrastructure;

/// <summary>Writes C# literals.</summary>
internal static class CSharpText
{
    /// <summary>A regular string literal.</summary>
    public static string Literal(string text)
    {
        var literal = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => literal.Append("\\\""),
                '\\' => literal.Append("\\\\"),
                '\r' => literal.Append("\\r"),
                '\n' => literal.Append("\\n"),
                '\t' => literal.Append("\\t"),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' => literal.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)),
                _ => literal.Append(c),
            };
        }

        return literal.Append('"').ToString();
    }

    /// <summary>A UTF-8 literal.</summary>
    public static string Utf8Literal(string text) => Literal(text) + "u8";

    /// <summary>Text of an XML documentation element.</summary>
    public static string Xml(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    /// <summary>A whole number.</summary>
    public static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
