using System.Buffers.Text;

namespace TypedRedis.Protocol;

/// <summary>How long a server lets a command block, as the command itself says.</summary>
internal static class BlockingTimeout
{
    private enum Unit
    {
        Seconds = 1_000,
        Milliseconds = 1,
    }

    /// <summary>Reads it out of a frame.</summary>
    /// <param name="command">The command.</param>
    /// <param name="frame">Its bytes.</param>
    /// <returns>Milliseconds; null if it blocks without limit or the limit is not known.</returns>
    public static long? Find(CommandInfo command, ReadOnlySpan<byte> frame)
    {
        var words = new RespReader(frame);
        words.Read();
        int count = words.Count;
        return command.Name.ToUpperInvariant() switch
        {
            "BLPOP" or "BRPOP" or "BZPOPMIN" or "BZPOPMAX" or "BLMOVE" or "BRPOPLPUSH" => Parse(ref words, count - 1, Unit.Seconds),
            "BLMPOP" or "BZMPOP" when count > 1 => Parse(ref words, 1, Unit.Seconds),
            "WAIT" or "WAITAOF" => Parse(ref words, count - 1, Unit.Milliseconds),
            "XREAD" => FindBlock(ref words, count, first: 1),
            // Behind GROUP, group and consumer, which may have any name.
            "XREADGROUP" => FindBlock(ref words, count, first: 4),
            _ => null,
        };
    }

    private static long? FindBlock(ref RespReader words, int count, int first)
    {
        for (int i = 0; i < count - 1; i++)
        {
            words.Read();
            if (i >= first && Is(words.Content, "BLOCK"u8))
            {
                return Parse(ref words, 0, Unit.Milliseconds);
            }

            if (i >= first && Is(words.Content, "STREAMS"u8))
            {
                return null;
            }
        }

        return null;
    }

    // Skips so many words.
    private static long? Parse(ref RespReader words, int skipped, Unit unit)
    {
        for (int i = 0; i <= skipped; i++)
        {
            words.Read();
        }

        bool isNumber = Utf8Parser.TryParse(words.Content, out double number, out int consumed) && consumed == words.Content.Length;
        double milliseconds = number * (int)unit;
        return isNumber && milliseconds is > 0 and < int.MaxValue * 1_000.0 ? (long)Math.Ceiling(milliseconds) : null;
    }

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> token) => System.Text.Ascii.EqualsIgnoreCase(word, token);
}
