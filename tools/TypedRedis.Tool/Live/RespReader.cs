using System.Globalization;
using System.Text;

namespace TypedRedis.Tool.Live;

/// <summary>
/// Reads replies of a server that nobody has to trust. Grammar: <c>+text</c>, <c>-error</c>, <c>:integer</c>, <c>$length</c> bytes,
/// <c>*count</c> replies; every line ends in CR LF, length -1 is null. A reply is bounded in depth, elements, bytes and time,
/// and nothing is allocated by a length that is merely announced.
/// </summary>
internal sealed class RespReader(Stream stream, TimeProvider clock)
{
    /// <summary>Arrays in arrays; command descriptions have about a dozen.</summary>
    public const int MaxDepth = 32;

    /// <summary>Elements of a reply, those of its arrays included.</summary>
    public const int MaxElements = 1_000_000;

    /// <summary>Bytes of a line.</summary>
    public const int MaxLine = 64 * 1024;

    /// <summary>Bytes of one string.</summary>
    public const int MaxBulk = 16 * 1024 * 1024;

    /// <summary>Bytes of a reply.</summary>
    public const int MaxReply = 64 * 1024 * 1024;

    /// <summary>How long a reply may take from its request to its last byte.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(60);

    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _next;
    private int _end;
    private long _received;
    private int _elements;
    private long _started;

    /// <summary>Reads one reply.</summary>
    /// <exception cref="SpecException">It is no RESP2, exceeds a limit, or ends early.</exception>
    /// <exception cref="IOException">The connection broke or fell silent.</exception>
    public RespReply Read()
    {
        _received = _end - _next;
        _elements = 0;
        _started = clock.GetTimestamp();
        return Read(depth: 0);
    }

    private RespReply Read(int depth)
    {
        if (++_elements > MaxElements)
        {
            throw TooMuch($"more than {MaxElements} elements");
        }

        string line = ReadLine();
        string rest = line[1..];
        switch (line[0])
        {
            case '+':
                return new RespReply(rest, 0, null, IsError: false);
            case '-':
                return new RespReply(rest, 0, null, IsError: true);
            case ':':
                return new RespReply(rest, Number(rest), null, IsError: false);
            case '$':
                return new RespReply(ReadBulk(Number(rest)), 0, null, IsError: false);
            case '*':
                return new RespReply(null, 0, ReadItems(Number(rest), depth), IsError: false);
            default:
                throw new SpecException("The server's answer is not RESP2.");
        }
    }

    private List<RespReply>? ReadItems(long count, int depth)
    {
        if (count == -1)
        {
            return null;
        }

        if (depth == MaxDepth)
        {
            throw TooMuch($"arrays nested more than {MaxDepth} deep");
        }

        if (count is < 0 or > MaxElements)
        {
            throw TooMuch($"an array of {count} elements");
        }

        var items = new List<RespReply>();
        for (long i = 0; i < count; i++)
        {
            items.Add(Read(depth + 1));
        }

        return items;
    }

    private string? ReadBulk(long length)
    {
        if (length == -1)
        {
            return null;
        }

        if (length is < 0 or > MaxBulk)
        {
            throw TooMuch($"a string of {length} bytes");
        }

        using var bytes = new MemoryStream();
        while (bytes.Length < length)
        {
            Fill();
            int count = (int)Math.Min(_end - _next, length - bytes.Length);
            bytes.Write(_buffer, _next, count);
            _next += count;
        }

        if (ReadByte() != '\r' || ReadByte() != '\n')
        {
            throw new SpecException("The server's answer is not RESP2: a string does not end where it should.");
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)length);
    }

    private string ReadLine()
    {
        var line = new List<byte>();
        for (byte next = ReadByte(); next != '\r'; next = ReadByte())
        {
            if (line.Count == MaxLine)
            {
                throw TooMuch($"a line of more than {MaxLine} bytes");
            }

            line.Add(next);
        }

        return ReadByte() == '\n' && line.Count > 0
            ? Encoding.UTF8.GetString([.. line])
            : throw new SpecException("The server's answer is not RESP2: a line is empty or does not end in CR LF.");
    }

    private byte ReadByte()
    {
        Fill();
        return _buffer[_next++];
    }

    /// <summary>Waits until the buffer has a byte.</summary>
    private void Fill()
    {
        if (_next < _end)
        {
            return;
        }

        if (clock.GetElapsedTime(_started) > MaxTime)
        {
            throw TooMuch($"more than {MaxTime.TotalSeconds:0} seconds");
        }

        _next = 0;
        _end = stream.Read(_buffer, 0, _buffer.Length);
        _received += _end;
        if (_end == 0)
        {
            throw new SpecException("The server closed the connection.");
        }

        if (_received > MaxReply)
        {
            throw TooMuch($"more than {MaxReply} bytes");
        }
    }

    private static long Number(string digits) =>
        long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new SpecException("The server's answer is not RESP2: a number was expected.");

    private static SpecException TooMuch(string what) => new(string.Create(CultureInfo.InvariantCulture, $"The server's answer is refused: {what}."));
}
