using System.Net.Sockets;
using System.Threading.Channels;

namespace TypedRedis.TestSupport;

/// <summary>One client's connection to a <see cref="ScriptedServer"/>.</summary>
public sealed class ScriptedConnection : IDisposable
{
    // Long enough for the other side to read what has come so far, short enough for a long reply cut into bytes.
    private static readonly TimeSpan s_pauseBetweenPieces = TimeSpan.FromMilliseconds(1);

    private readonly Socket _socket;
    private readonly NetworkStream _stream;
    private readonly Channel<ScriptedReply> _replies = Channel.CreateUnbounded<ScriptedReply>();

    internal ScriptedConnection(Socket socket, int number)
    {
        _socket = socket;
        _stream = new NetworkStream(socket, ownsSocket: true);
        Number = number;
    }

    /// <summary>The connection's position in order of arrival, from 0.</summary>
    public int Number { get; }

    /// <summary>Whether the connection has ended, whoever ended it.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Sends something unasked, after the replies that wait to be sent already.</summary>
    public void Send(ScriptedReply push) => _replies.Writer.TryWrite(push);

    /// <summary>Closes the connection at once, in an orderly manner.</summary>
    public void Close()
    {
        IsClosed = true;
        _replies.Writer.TryComplete();
        _stream.Dispose();
    }

    /// <summary>Resets the connection at once (TCP RST).</summary>
    public void Reset()
    {
        try
        {
            // Closing without lingering makes the system send RST; the stream would take leave properly before it closes.
            _socket.LingerState = new LingerOption(true, 0);
            _socket.Dispose();
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Closed already.
        }

        Close();
    }

    /// <inheritdoc cref="Close"/>
    public void Dispose() => Close();

    internal async Task ServeAsync(Func<ScriptedRequest, ScriptedReply> answer)
    {
        Task writing = WriteAsync();
        try
        {
            var stream = new RespStream(_stream);
            while (true)
            {
                RawReply words = await stream.ReadAsync(CancellationToken.None).ConfigureAwait(false);
                Send(answer(new ScriptedRequest(this, [.. words.Items.Select(word => word.Bytes)])));
            }
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            // The client has gone, or the script has ended the connection.
        }
        finally
        {
            Close();
            await writing.ConfigureAwait(false);
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (ScriptedReply reply in _replies.Reader.ReadAllAsync().ConfigureAwait(false))
            {
                foreach (ScriptedReply.Step step in reply.Steps)
                {
                    await DoAsync(step).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception) when (IsEndOfConnection(exception))
        {
            // Nobody is left to read it.
        }
    }

    private async Task DoAsync(ScriptedReply.Step step)
    {
        switch (step)
        {
            case ScriptedReply.WaitStep wait:
                await wait.Gate.ConfigureAwait(false);
                break;
            case ScriptedReply.EndStep { Reset: true }:
                Reset();
                break;
            case ScriptedReply.EndStep:
                Close();
                break;
            case ScriptedReply.BytesStep bytes:
                int start = 0;
                foreach (int cut in bytes.Cuts)
                {
                    await _stream.WriteAsync(bytes.Bytes.AsMemory(start, cut - start)).ConfigureAwait(false);
                    await Task.Delay(s_pauseBetweenPieces).ConfigureAwait(false);
                    start = cut;
                }

                await _stream.WriteAsync(bytes.Bytes.AsMemory(start)).ConfigureAwait(false);
                break;
        }
    }

    private static bool IsEndOfConnection(Exception exception) =>
        exception is IOException or SocketException or ObjectDisposedException or InvalidDataException;
}
