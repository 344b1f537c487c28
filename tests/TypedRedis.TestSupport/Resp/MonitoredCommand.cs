using System.Globalization;
using System.Text;

namespace TypedRedis.TestSupport;

/// <summary>One command that a server executed.</summary>
/// <param name="Database">The number of the database.</param>
/// <param name="Client">The client's address, <c>unix:path</c> or <c>lua</c>.</param>
/// <param name="Arguments">All words of the command, its name first, in the case it was sent in.</param>
public sealed record MonitoredCommand(int Database, string Client, IReadOnlyList<string> Arguments)
{
    /// <summary>The first word in upper case.</summary>
    public string Name => Arguments.Count == 0 ? "" : Arguments[0].ToUpperInvariant();

    /// <summary>The words of the command, separated by spaces.</summary>
    public override string ToString() => string.Join(' ', Arguments);

    /// <summary>Whether name (in any case) and all arguments are these.</summary>
    public bool Is(string name, params string[] arguments) =>
        string.Equals(Name, name, StringComparison.OrdinalIgnoreCase) && Arguments.Skip(1).SequenceEqual(arguments);

    // 1700000000.123456 [0 127.0.0.1:50000] "SET" "key" "a\"b\x00"
    internal static MonitoredCommand Parse(string line)
    {
        int open = line.IndexOf('[', StringComparison.Ordinal);
        int close = line.IndexOf("] ", open, StringComparison.Ordinal);
        string[] source = line[(open + 1)..close].Split(' ', 2);
        var arguments = new List<string>();
        int position = close + 2;
        while (position < line.Length)
        {
            // An opening quote, and afterwards a closing quote and a space.
            position++;
            arguments.Add(Unquote(line, ref position));
            position += 2;
        }

        return new MonitoredCommand(int.Parse(source[0], CultureInfo.InvariantCulture), source[1], arguments);
    }

    private static string Unquote(string line, ref int position)
    {
        var bytes = new List<byte>();
        while (line[position] != '"')
        {
            char c = line[position++];
            if (c != '\\')
            {
                bytes.Add((byte)c);
                continue;
            }

            char escaped = line[position++];
            if (escaped == 'x')
            {
                bytes.Add(byte.Parse(line.AsSpan(position, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                position += 2;
                continue;
            }

            bytes.Add(escaped switch
            {
                'n' => (byte)'\n',
                'r' => (byte)'\r',
                't' => (byte)'\t',
                'a' => (byte)'\a',
                'b' => (byte)'\b',
                _ => (byte)escaped,
            });
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
