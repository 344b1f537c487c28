using System.Net.Sockets;
using System.Text;

namespace TypedRedis.Tool.Live;

/// <summary>One blocking RESP2 connection, just enough to question a server.</summary>
internal sealed class RespConnection : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly NetworkStream _stream;
    private readonly RespReader _reader;

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
        _stream = _client.GetStream();
        _reader = new RespReader(_stream, TimeProvider.System);
        if (password is not null)
        {
            Require(user is null ? ["AUTH", password] : ["AUTH", user, password]);
        }
    }

    /// <summary>Sends one command and waits for its reply, which may be an error.</summary>
    /// <exception cref="SpecException">The connection broke, the server speaks no RESP2, or its reply exceeds the limits of <see cref="RespReader"/>.</exception>
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
            return _reader.Read();
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
}
