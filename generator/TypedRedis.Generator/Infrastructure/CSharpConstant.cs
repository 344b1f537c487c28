using System.Globalization;
using System.Text;

namespace TypedRedis.Generator.Infrastructure;

/// <summary>Writes constants as C# expressions that have exactly the same value, whatever its digits and characters.</summary>
internal static class CSharpConstant
{
    /// <summary>The expression for a constant.</summary>
    /// <param name="value">A value of a primitive type, text, or the number behind an enum's value; null for the default of a type.</param>
    /// <param name="type">Fully qualified type of the constant.</param>
    /// <returns>Null if the value's type has no constants.</returns>
    public static string? Of(object? value, string type) => value switch
    {
        null => "default",
        string text => CSharpText.Literal(text),
        bool flag => flag ? "true" : "false",
        _ when Number(value) is { } number => TypeOf(value) == type ? number : $"({type})({number})",
        _ => null,
    };

    private static string? Number(object value) => value switch
    {
        char c => Character(c),
        sbyte or byte or short or ushort or int => System.Convert.ToInt32(value, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
        uint number => number.ToString(CultureInfo.InvariantCulture) + "U",
        long number => number.ToString(CultureInfo.InvariantCulture) + "L",
        ulong number => number.ToString(CultureInfo.InvariantCulture) + "UL",
        float number => Single(number),
        double number => Double(number),
        decimal number => number.ToString(CultureInfo.InvariantCulture) + "M",
        _ => null,
    };

    /// <summary>The type that C# gives the written number, or null if a cast has to give it.</summary>
    private static string? TypeOf(object value) => value switch
    {
        char => "char",
        int => "int",
        uint => "uint",
        long => "long",
        ulong => "ulong",
        float => "float",
        double => "double",
        decimal => "decimal",
        _ => null,
    };

    // Nine and seventeen digits are always enough, and every framework that a compiler runs on writes them.
    private static string Single(float value)
    {
        if (float.IsNaN(value) || float.IsInfinity(value))
        {
            return float.IsNaN(value) ? "float.NaN" : value > 0 ? "float.PositiveInfinity" : "float.NegativeInfinity";
        }

        string text = value.ToString("G7", CultureInfo.InvariantCulture);
        return IsNegativeZero(value) ? "-0F"
            : (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float read) && read == value ? text : value.ToString("G9", CultureInfo.InvariantCulture)) + "F";
    }

    private static string Double(double value)
    {
        if (double.IsNaN(value) || double.IsInfinity(value))
        {
            return double.IsNaN(value) ? "double.NaN" : value > 0 ? "double.PositiveInfinity" : "double.NegativeInfinity";
        }

        string text = value.ToString("G15", CultureInfo.InvariantCulture);
        return IsNegativeZero(value) ? "-0D"
            : (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double read) && read == value ? text : value.ToString("G17", CultureInfo.InvariantCulture)) + "D";
    }

    private static bool IsNegativeZero(double value) => value == 0 && 1 / value < 0;

    private static string Character(char c) => c switch
    {
        '\'' => "'\\''",
        '\\' => "'\\\\'",
        _ when !PlainText.IsOther(c) => $"'{c}'",
        _ => new StringBuilder("'\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture)).Append('\'').ToString(),
    };
}
