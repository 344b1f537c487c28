namespace TypedRedis.Protocol;

/// <summary>
/// What <c>commands.json</c> says of commands, for those that are put together at run time. Generated methods have it as constants and never look here.
/// </summary>
/// <remarks>
/// A line is <c>NAME=</c> and one character each for: retry class (<c>r</c>ead-only, <c>i</c>dempotent, <c>n</c>ot idempotent); data
/// (<c>r</c>eads, <c>w</c>rites, <c>-</c>); blocking (<c>a</c>lways, with the <c>o</c>ption BLOCK, <c>-</c>); kind (<c>s</c>ession, <c>x</c>:
/// session and without one reply for each request, <c>c</c>: only introduces sub-commands, <c>-</c>); keys (<c>k</c>, <c>n</c>: as many as the second
/// argument says, <c>p</c>: a channel that any node takes, <c>-</c>); request policy, response policy and default target by the numbers of their enums. It is searched as it lies in the program: nothing is set up at the start.
/// </remarks>
internal static partial class CommandTable
{
    private const byte Separator = (byte)'=';

    /// <summary>Finds a command.</summary>
    /// <param name="name">Its words in upper case, a blank between them.</param>
    /// <param name="columns">What is known of it.</param>
    public static bool TryFind(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> columns)
    {
        ReadOnlySpan<byte> lines = Lines;
        int low = 0;
        int high = lines.Length;
        while (low < high)
        {
            // The line that the byte in the middle is part of.
            int middle = low + ((high - low) / 2);
            int start = low + lines[low..middle].LastIndexOf((byte)'\n') + 1;
            int length = lines[start..high].IndexOf((byte)'\n');
            int end = length < 0 ? high : start + length;
            ReadOnlySpan<byte> line = lines[start..end].TrimEnd((byte)'\r');
            int separator = line.IndexOf(Separator);
            int order = name.SequenceCompareTo(line[..separator]);
            if (order == 0)
            {
                columns = line[(separator + 1)..];
                return true;
            }

            if (order < 0)
            {
                high = start;
            }
            else
            {
                low = Math.Min(end + 1, high);
            }
        }

        columns = default;
        return false;
    }
}
