using System.Runtime.InteropServices;
using System.Threading.Channels;
using TypedRedis.Connections;
using TypedRedis.UnitTests.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>
/// A connection in memory. The client's half is the <see cref="Transport"/>; the other members are the server, played by the
/// test. Nothing happens by itself: bytes arrive when the test sends them, and sends are held back when the test says so.
/// </summary>
internal sealed class MemoryTransport(RedisEndpoint endpoint) : Transport
{
    private readonly Lock _gate = new();
    private readonly Channel<byte[]> _toClient = Channel.CreateUnbounded<byte[]>();
    private readonly List<byte> _fromClient = [];
    private readonly List<int> _sends = [];
    private readonly HashSet<byte[]> _sentFrom = [];
    private ReadOnlyMemory<byte> _arrived;
    private TaskCompletionSource? _held;
    private TaskCompletionSource _arrival = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _sendFailure;
    private int _consumed;

    public RedisEndpoint Endpoint { get; } = endpoint;

    /// <summary>Whether the client closed its half.</summary>
    public bool IsClosedByClient { get; private set; }

    /// <summary>Most bytes handed to the client at once; 1 makes every byte a receive of its own.</summary>
    public int PieceLength { get; set; } = int.MaxValue;

    /// <summary>Sent to the client at once for every send of its own; none by default.</summary>
    public byte[]? AnswerToEachSend { get; set; }

    /// <summary>Called by whoever sends, before each send; may block there.</summary>
    public Action? Sending { get; set; }

    /// <summary>Length of each send so far.</summary>
    public int[] Sends
    {
        get
        {
            lock (_gate)
            {
                return [.. _sends];
            }
        }
    }

    /// <summary>From how many arrays the client has sent.</summary>
    public int SentFrom
    {
        get
        {
            lock (_gate)
            {
                return _sentFrom.Count;
            }
        }
    }

    /// <summary>All bytes from the client so far.</summary>
    public byte[] Received
    {
        get
        {
            lock (_gate)
            {
                return [.. _fromClient];
            }
        }
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        Sending?.Invoke();
        lock (_gate)
        {
            if (_sendFailure is not null)
            {
                return ValueTask.FromException(_sendFailure);
            }

            ObjectDisposedException.ThrowIf(IsClosedByClient, this);
            _sends.Add(bytes.Length);
            if (MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> segment))
            {
                _sentFrom.Add(segment.Array!);
            }

            if (_held is null)
            {
                Arrive(bytes.Span);
                if (AnswerToEachSend is { } answer)
                {
                    Reply(answer);
                }

                return ValueTask.CompletedTask;
            }

            return SendWhenReleasedAsync(_held.Task, bytes);
        }
    }

    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        if (_arrived.IsEmpty)
        {
            try
            {
                _arrived = await _toClient.Reader.ReadAsync();
            }
            catch (ChannelClosedException closed) when (closed.InnerException is { } cause)
            {
                throw cause;
            }
            catch (ChannelClosedException)
            {
                return 0;
            }
        }

        int count = Math.Min(Math.Min(_arrived.Length, buffer.Length), PieceLength);
        _arrived[..count].CopyTo(buffer);
        _arrived = _arrived[count..];
        return count;
    }

    public override void Dispose()
    {
        lock (_gate)
        {
            IsClosedByClient = true;
            _held?.TrySetException(new IOException("The client closed the connection."));
        }

        _toClient.Writer.TryComplete(new IOException("The client closed the connection."));
    }

    /// <summary>Sends bytes to the client, one character a byte.</summary>
    public void Reply(string latin1) => _toClient.Writer.TryWrite(Encoded.Bytes(latin1));

    /// <summary>Sends bytes to the client.</summary>
    public void Reply(byte[] bytes) => _toClient.Writer.TryWrite(bytes);

    /// <summary>Ends the connection in order, after what was sent before.</summary>
    public void Close() => _toClient.Writer.TryComplete();

    /// <summary>Breaks the connection, after what was sent before.</summary>
    public void Break(string reason = "Connection reset by peer")
    {
        lock (_gate)
        {
            _sendFailure = new IOException(reason);
            _held?.TrySetException(_sendFailure);
        }

        _toClient.Writer.TryComplete(new IOException(reason));
    }

    /// <summary>Holds all sends back from now on: the client has given the bytes away, the server has none of them.</summary>
    public void HoldSends()
    {
        lock (_gate)
        {
            // What is held already must not wait for a release that never comes.
            _held ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Lets sends through again.</summary>
    public void ReleaseSends()
    {
        lock (_gate)
        {
            TaskCompletionSource? held = _held;
            _held = null;
            held?.TrySetResult();
        }
    }

    /// <summary>The next command of the client, when all of it has arrived.</summary>
    public async Task<string[]> ReadCommandAsync()
    {
        while (true)
        {
            Task arrival;
            lock (_gate)
            {
                if (TryReadCommand() is { } command)
                {
                    return command;
                }

                arrival = _arrival.Task;
            }

            await arrival.InTime();
        }
    }

    /// <summary>Reads as many commands; returns each as its words joined by spaces.</summary>
    public async Task<string[]> ReadCommandsAsync(int count)
    {
        var commands = new string[count];
        for (int i = 0; i < count; i++)
        {
            commands[i] = string.Join(' ', await ReadCommandAsync());
        }

        return commands;
    }

    /// <summary>Whether bytes lie there that no test has read.</summary>
    public bool HasUnread
    {
        get
        {
            lock (_gate)
            {
                return _fromClient.Count > _consumed;
            }
        }
    }

    /// <summary>Plays a modern server's side of the set-up without password and database.</summary>
    public async Task AcceptHandshakeAsync(params string[] more)
    {
        string[] commands = await ReadCommandsAsync(3 + more.Length);
        Assert.StartsWith("HELLO 3", commands[0], StringComparison.Ordinal);
        Assert.Equal(more, commands[3..]);
        Reply("%1\r\n+proto\r\n:3\r\n+OK\r\n+OK\r\n" + string.Concat(more.Select(_ => "+OK\r\n")));
    }

    private async ValueTask SendWhenReleasedAsync(Task released, ReadOnlyMemory<byte> bytes)
    {
        await released;
        lock (_gate)
        {
            Arrive(bytes.Span);
        }
    }

    // Under the lock.
    private void Arrive(ReadOnlySpan<byte> bytes)
    {
        _fromClient.AddRange(bytes);
        _arrival.TrySetResult();
        _arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    // Under the lock.
    private string[]? TryReadCommand()
    {
        int at = _consumed;
        if (!TryReadNumber('*', ref at, out int count))
        {
            return null;
        }

        var words = new string[count];
        for (int i = 0; i < count; i++)
        {
            if (!TryReadNumber('$', ref at, out int length) || _fromClient.Count < at + length + 2)
            {
                return null;
            }

            words[i] = Encoded.Latin1([.. _fromClient.GetRange(at, length)]);
            at += length + 2;
        }

        _consumed = at;
        return words;
    }

    private bool TryReadNumber(char kind, ref int at, out int number)
    {
        number = 0;
        int end = at >= _fromClient.Count ? -1 : _fromClient.IndexOf((byte)'\r', at);
        if (end < 0 || _fromClient.Count < end + 2)
        {
            return false;
        }

        Assert.Equal(kind, (char)_fromClient[at]);
        number = int.Parse(Encoded.Latin1([.. _fromClient.GetRange(at + 1, end - at - 1)]), System.Globalization.CultureInfo.InvariantCulture);
        at = end + 2;
        return true;
    }
}
