using System.Buffers.Text;
using System.Globalization;

namespace TypedRedis.Protocol;

/// <summary>Numbers as RESP writes them.</summary>
internal static class RespNumber
{
    /// <summary>A length or count: −1 to <paramref name="limit"/>.</summary>
    /// <exception cref="RedisProtocolException">It is not a number, or is out of range.</exception>
    public static int ParseLength(ReadOnlySpan<byte> digits, int limit)
    {
        if (digits.Length == 1 && (uint)(digits[0] - '0') <= 9)
        {
            int single = digits[0] - '0';
            return single <= limit ? single : throw TooLarge(single, limit);
        }

        if (!TryParse(digits, out long value) || value < -1)
        {
            throw new RedisProtocolException("The server sent a length that is not a number.");
        }

        return value <= limit ? (int)value : throw TooLarge(value, limit);
    }

    /// <summary>A signed 64-bit number that fills all of the bytes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> digits, out long value) =>
        Utf8Parser.TryParse(digits, out value, out int consumed) && consumed == digits.Length;

    /// <summary>A floating-point number, with the server's spellings of infinity and not-a-number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> digits, out double value)
    {
        if (Utf8Parser.TryParse(digits, out value, out int consumed) && consumed == digits.Length)
        {
            return true;
        }

        if (digits.SequenceEqual("inf"u8) || digits.SequenceEqual("+inf"u8))
        {
            value = double.PositiveInfinity;
            return true;
        }

        if (digits.SequenceEqual("-inf"u8))
        {
            value = double.NegativeInfinity;
            return true;
        }

        if (digits.SequenceEqual("nan"u8) || digits.SequenceEqual("-nan"u8))
        {
            value = double.NaN;
            return true;
        }

        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static RedisProtocolException TooLarge(long value, int limit) =>
        new($"The server announced a length of {value}; at most {limit} is allowed.");
}
