using System.Text;

namespace TypedRedis.Protocol;

/// <summary>What the table of commands says of an encoded command, whichever way its words were put together.</summary>
internal static class KnownCommand
{
    // No name is longer; longer words belong to no command.
    private const int LongestName = 64;

    private static ReadOnlySpan<byte> Option => "BLOCK"u8;

    /// <summary>Describes a command by its own bytes.</summary>
    /// <param name="frame">A whole command, encoded.</param>
    /// <param name="mayBlock">Whether the caller says that it may block.</param>
    /// <param name="arguments">Stands before the arguments behind the command's words.</param>
    /// <param name="count">How many these are.</param>
    public static CommandInfo Describe(ReadOnlySpan<byte> frame, bool mayBlock, out RespReader arguments, out int count)
    {
        Span<byte> name = stackalloc byte[LongestName];
        arguments = new RespReader(frame);
        arguments.Read();
        count = arguments.Count - 1;
        int length = Append(ref arguments, name, 0);
        if (length > 0 && count > 0)
        {
            // The longest name counts: COMMAND is a command, and so is COMMAND COUNT.
            RespReader behind = arguments;
            name[length] = (byte)' ';
            int both = Append(ref behind, name, length + 1);
            if (both > 0 && CommandTable.TryFind(name[..both], out ReadOnlySpan<byte> sub))
            {
                arguments = behind;
                count--;
                return Describe(name[..both], sub, mayBlock, arguments, count);
            }
        }

        if (length > 0 && CommandTable.TryFind(name[..length], out ReadOnlySpan<byte> columns) && columns[3] != 'c')
        {
            return Describe(name[..length], columns, mayBlock, arguments, count);
        }

        return new CommandInfo(NameOfUnknown(name[..Math.Max(length, 0)]), mayBlock ? CommandFlags.Blocking : CommandFlags.None, RetryClass.NotIdempotent)
        {
            IsUnknown = true,
            LeavesState = true,
        };
    }

    private static CommandInfo Describe(scoped ReadOnlySpan<byte> name, ReadOnlySpan<byte> columns, bool mayBlock, RespReader arguments, int count)
    {
        bool isSession = columns[3] is (byte)'s' or (byte)'x';
        bool blocksAlways = columns[2] == 'a';
        CommandFlags flags = (columns[1] == 'r' ? CommandFlags.ReadOnly : columns[1] == 'w' ? CommandFlags.Write : CommandFlags.None)
            | (isSession ? CommandFlags.Session : CommandFlags.None)
            | (columns[4] == '-' ? CommandFlags.Keyless : CommandFlags.None)
            | (mayBlock || blocksAlways || (columns[2] == 'o' && Contains(arguments, count, Option)) ? CommandFlags.Blocking : CommandFlags.None);
        return new CommandInfo(
            Encoding.ASCII.GetString(name),
            flags,
            columns[0] == 'r' ? RetryClass.ReadOnly : columns[0] == 'i' ? RetryClass.Idempotent : RetryClass.NotIdempotent,
            (RequestPolicy)(columns[5] - '0'),
            (ResponsePolicy)(columns[6] - '0'),
            (CommandTarget)(columns[7] - '0'))
        {
            LeavesState = isSession && !blocksAlways,
            HasNoOwnReply = columns[3] == 'x',
            NeedsKeys = columns[4] == 'k' || (columns[4] == 'n' && CountsKeys(arguments, count)),
        };
    }

    // Appends the next argument in upper case; −1 if it is no word of a command.
    private static int Append(ref RespReader reader, scoped Span<byte> name, int length)
    {
        reader.Read();
        ReadOnlySpan<byte> word = WordOf(reader.Content);
        return word.Length < name.Length - length && Ascii.ToUpper(word, name[length..], out int written) == System.Buffers.OperationStatus.Done
            ? length + written
            : -1;
    }

    // Servers compare words as C does: what stands behind a zero byte does not count.
    private static ReadOnlySpan<byte> WordOf(ReadOnlySpan<byte> argument) => argument.IndexOf((byte)0) is var end and >= 0 ? argument[..end] : argument;

    // The second argument says how many keys there are, as with EVAL.
    private static bool CountsKeys(RespReader arguments, int count)
    {
        if (count < 2)
        {
            return false;
        }

        arguments.Read();
        arguments.Read();
        return !arguments.Content.SequenceEqual("0"u8);
    }

    // A name with other characters is none, and may be something that is not to be shown.
    private static string NameOfUnknown(ReadOnlySpan<byte> name)
    {
        foreach (byte character in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)character) && character is not ((byte)'.' or (byte)'_' or (byte)'-'))
            {
                return "?";
            }
        }

        return name.IsEmpty ? "?" : Encoding.ASCII.GetString(name);
    }

    private static bool Contains(RespReader arguments, int count, ReadOnlySpan<byte> word)
    {
        for (int i = 0; i < count; i++)
        {
            arguments.Read();
            if (Ascii.EqualsIgnoreCase(WordOf(arguments.Content), word))
            {
                return true;
            }
        }

        return false;
    }
}
