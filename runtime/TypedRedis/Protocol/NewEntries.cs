namespace TypedRedis.Protocol;

/// <summary>
/// Tells a read that asks for what is added to a stream from now on: <c>XREAD … STREAMS key $</c>. When is "now" depends on the attempt, so another
/// attempt misses what was added since this one. <c>XREADGROUP</c> with <c>&gt;</c> does not: the server keeps the group's place.
/// </summary>
internal static class NewEntries
{
    /// <summary>Reads it out of a frame.</summary>
    /// <param name="command">The command.</param>
    /// <param name="frame">Its bytes.</param>
    public static bool AreAskedFor(CommandInfo command, ReadOnlySpan<byte> frame)
    {
        // Without blocking, $ asks for nothing.
        if ((command.Flags & CommandFlags.Blocking) == 0 || !command.Name.Equals("XREAD", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var words = new RespReader(frame);
        words.Read();
        int left = words.Count;
        for (bool isStreams = false; left > 0 && !isStreams; left--)
        {
            words.Read();
            isStreams = System.Text.Ascii.EqualsIgnoreCase(words.Content, "STREAMS"u8);
        }

        // The keys come first, and one may be called $.
        bool isFound = false;
        for (int i = 0; i < left; i++)
        {
            words.Read();
            isFound |= i >= left / 2 && words.Content.SequenceEqual("$"u8);
        }

        return isFound;
    }
}
