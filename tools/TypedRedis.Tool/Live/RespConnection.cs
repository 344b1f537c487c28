using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace TypedRedis.Tool.Live;

/// <summary>A reply as RESP2 carries it.</summary>
internal sealed record RespReply(string? Text, long Integer, IReadOnlyList<RespReply>? Items, bool IsError)
{
    /// <summary>The elements of an array; empty for null and for scalars.</summary>
    public IReadOnlyList<RespReply> Elements => Items ?? [];

    /// <summary>The text of every element.</summary>
    public IReadOnlyList<string> Texts => [.. Elements.Select(item => item.Text ?? "")];

    /// <summary>A flat name–value array as a dictionary.</summary>
    public IReadOnlyDictionary<string, RespReply> Map =>
        Elements.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0].Text ?? "", pair => pair[1], StringComparer.Ordinal);
}

/// <summary>
/// One blocking RESP2 connection, just enough to question a server. Grammar: <c>+text</c>, <c>-error</c>, <c>:integer</c>,
/// <c>$length</c> bytes, <c>*count</c> replies; every line ends in CR LF, length -1 is null.
/// </summary>
internal sealed class RespConnection : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly BufferedStream _stream;

    /// <summary>Connects and, with a password, authenticates.</summary>
    /// <exception cref="SpecException">Nobody listens there, or the server refuses the credentials.</exception>
    public RespConnection(string host, int port, string? user = null, string? password = null)
    {
        try
        {
            if (!_client.ConnectAsync(host, port).Wait(s_timeout))
            {
                throw new SpecException($"{host}:{port} does not answer.");
            }
        }
        catch (AggregateException error) when (error.InnerException is SocketException socketError)
        {
            throw new SpecException($"{host}:{port}: {socketError.Message}", socketError);
        }

        _client.ReceiveTimeout = (int)s_timeout.TotalMilliseconds;
        _stream = new BufferedStream(_client.GetStream(), 1 << 16);
        if (password is not null)
        {
            Require(user is null ? ["AUTH", password] : ["AUTH", user, password]);
        }
    }

    /// <summary>Sends one command and waits for its reply, which may be an error.</summary>
    /// <exception cref="SpecException">The connection broke, or the server speaks no RESP2.</exception>
    public RespReply Send(params ReadOnlySpan<string> words)
    {
        var frame = new StringBuilder().Append('*').Append(words.Length).Append("\r\n");
        foreach (string word in words)
        {
            frame.Append('$').Append(Encoding.UTF8.GetByteCount(word)).Append("\r\n").Append(word).Append("\r\n");
        }

        try
        {
            _stream.Write(Encoding.UTF8.GetBytes(frame.ToString()));
            _stream.Flush();
            return Read();
        }
        catch (IOException error)
        {
            throw new SpecException($"The server went away: {error.Message}", error);
        }
    }

    /// <summary>Sends one command whose failure ends the run.</summary>
    /// <exception cref="SpecException">The server answered with an error.</exception>
    public RespReply Require(params ReadOnlySpan<string> words)
    {
        RespReply reply = Send(words);
        return reply.IsError ? throw new SpecException($"{words[0]}: {reply.Text}") : reply;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private RespReply Read()
    {
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
                int length = (int)Number(rest);
                return new RespReply(length < 0 ? null : ReadBulk(length), 0, null, IsError: false);
            case '*':
                var items = new List<RespReply>();
                for (long left = Number(rest); left > 0; left--)
                {
                    items.Add(Read());
                }

                return new RespReply(null, 0, items, IsError: false);
            default:
                throw new SpecException($"The server answered with '{line[0]}', which is not RESP2.");
        }
    }

    private static long Number(string digits) => long.Parse(digits, CultureInfo.InvariantCulture);

    private string ReadBulk(int length)
    {
        byte[] bytes = new byte[length + 2];
        _stream.ReadExactly(bytes);
        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private string ReadLine()
    {
        var line = new StringBuilder();
        for (int next = _stream.ReadByte(); next != '\r'; next = _stream.ReadByte())
        {
            line.Append(next >= 0 ? (char)next : throw new SpecException("The server closed the connection."));
        }

        _stream.ReadByte();
        return line.Length > 0 ? line.ToString() : throw new SpecException("The server sent an empty line.");
    }
}
