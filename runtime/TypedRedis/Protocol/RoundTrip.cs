using System.Globalization;

namespace TypedRedis.Protocol;

/// <summary>
/// The text that stands for values of .NET's own types: the same in every culture and time zone, and read back as the same value. Times are
/// written as ISO 8601 with all their digits.
/// </summary>
internal static class RoundTrip
{
    /// <summary>More than the longest text of a time.</summary>
    private const int MaxLength = 64;

    /// <summary>The format in which values of a type keep all that they are; empty if that is what they are written as anyway.</summary>
    /// <remarks>Decided once for each type when the code is compiled to machine code.</remarks>
    public static ReadOnlySpan<char> FormatOf<T>() =>
        typeof(T) == typeof(DateTimeOffset) || typeof(T) == typeof(DateTime) || typeof(T) == typeof(DateOnly) || typeof(T) == typeof(TimeOnly)
            ? "O"
            : default(ReadOnlySpan<char>);

    /// <summary>A moment. Text without an offset is in UTC.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset value)
    {
        Span<char> characters = stackalloc char[MaxLength];
        value = default;
        return TryDecode(text, ref characters) && DateTimeOffset.TryParse(characters, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out value);
    }

    /// <summary>A date and time: in UTC if the text ends with <c>Z</c>, local if it has an offset, else unspecified.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTime value)
    {
        Span<char> characters = stackalloc char[MaxLength];
        value = default;
        return TryDecode(text, ref characters) && DateTime.TryParse(characters, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out value);
    }

    /// <summary>A date.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateOnly value)
    {
        Span<char> characters = stackalloc char[MaxLength];
        value = default;
        return TryDecode(text, ref characters) && DateOnly.TryParse(characters, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>A time of day.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out TimeOnly value)
    {
        Span<char> characters = stackalloc char[MaxLength];
        value = default;
        return TryDecode(text, ref characters) && TimeOnly.TryParse(characters, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>A span of time, as <c>[-][d.]hh:mm:ss[.fffffff]</c>.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out TimeSpan value)
    {
        Span<char> characters = stackalloc char[MaxLength];
        value = default;
        return TryDecode(text, ref characters) && TimeSpan.TryParse(characters, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>A number of 32 bits, with the server's spellings of infinity and not-a-number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out float value)
    {
        if (float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
        {
            return true;
        }

        bool isNumber = RespNumber.TryParse(text, out double wide);
        value = (float)wide;
        return isNumber;
    }

    private static bool TryDecode(ReadOnlySpan<byte> text, ref Span<char> characters)
    {
        if (text.Length > characters.Length)
        {
            return false;
        }

        int length = System.Text.Encoding.UTF8.GetChars(text, characters);
        characters = characters[..length];
        return true;
    }
}
