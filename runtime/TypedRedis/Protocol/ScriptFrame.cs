using System.Buffers.Text;

namespace TypedRedis.Protocol;

/// <summary>Frames of commands that run scripts: by digest (<c>EVALSHA</c>), and with the whole text (<c>EVAL</c>), which makes the server keep it.</summary>
internal static class ScriptFrame
{
    // "$", 10 digits and CRLF.
    private const int MaxLengthLine = 13;

    private static ReadOnlySpan<byte> BySha => "$7\r\nEVALSHA\r\n$40\r\n"u8;

    private static ReadOnlySpan<byte> ReadOnlyBySha => "$10\r\nEVALSHA_RO\r\n$40\r\n"u8;

    /// <summary>Whether the frame runs this script by its digest.</summary>
    public static bool IsBySha(ReadOnlySpan<byte> frame, ScriptInfo script) => TrySplit(frame, script, out _, out _, out _);

    /// <summary>The command that makes a server keep a script without running it, encoded.</summary>
    public static byte[] Load(ScriptInfo script)
    {
        ReadOnlySpan<byte> text = script.Utf8;
        byte[] length = System.Text.Encoding.ASCII.GetBytes($"${text.Length}\r\n");
        return [.. "*3\r\n$6\r\nSCRIPT\r\n$4\r\nLOAD\r\n"u8, .. length, .. text, .. "\r\n"u8];
    }

    /// <summary>The same call with the script's text in place of its digest.</summary>
    /// <param name="frame">A whole <c>EVALSHA</c> or <c>EVALSHA_RO</c> command, encoded.</param>
    /// <param name="script">The script it runs.</param>
    /// <returns>The <c>EVAL</c> or <c>EVAL_RO</c> command with the same keys and arguments, encoded.</returns>
    /// <exception cref="ArgumentException">The frame is another command or runs another script.</exception>
    public static byte[] ToEval(ReadOnlySpan<byte> frame, ScriptInfo script)
    {
        if (!TrySplit(frame, script, out ReadOnlySpan<byte> head, out ReadOnlySpan<byte> arguments, out bool isReadOnly))
        {
            throw new ArgumentException("The frame does not run this script by its digest.", nameof(frame));
        }

        ReadOnlySpan<byte> command = isReadOnly ? "$7\r\nEVAL_RO\r\n"u8 : "$4\r\nEVAL\r\n"u8;
        ReadOnlySpan<byte> text = script.Utf8;
        Span<byte> length = stackalloc byte[MaxLengthLine];
        length[0] = (byte)'$';
        _ = Utf8Formatter.TryFormat(text.Length, length[1..], out int digits);
        "\r\n"u8.CopyTo(length[(1 + digits)..]);
        return [.. head, .. command, .. length[..(digits + 3)], .. text, .. arguments];
    }

    // Into "*5\r\n" and all that follows the digest, its line end included.
    private static bool TrySplit(
        ReadOnlySpan<byte> frame, ScriptInfo script, out ReadOnlySpan<byte> head, out ReadOnlySpan<byte> arguments, out bool isReadOnly)
    {
        head = frame[..(frame.IndexOf((byte)'\n') + 1)];
        arguments = default;
        ReadOnlySpan<byte> rest = frame[head.Length..];
        isReadOnly = rest.StartsWith(ReadOnlyBySha);
        if (!isReadOnly && !rest.StartsWith(BySha))
        {
            return false;
        }

        rest = rest[(isReadOnly ? ReadOnlyBySha : BySha).Length..];
        if (rest.Length < script.Sha1.Length || !System.Text.Ascii.Equals(rest[..script.Sha1.Length], script.Sha1))
        {
            return false;
        }

        arguments = rest[script.Sha1.Length..];
        return true;
    }
}
