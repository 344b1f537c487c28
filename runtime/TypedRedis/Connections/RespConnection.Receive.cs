using System.Net.Sockets;
using System.Text;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <content>The receiving side: one loop that finds replies, hands them to the oldest requests, and at the end reports the rest.</content>
internal sealed partial class RespConnection
{
    private readonly ReceiveBuffer _received = new();
    private RespScanner _scanner;
    private SendSegment? _answeredSegment;

    // How many replies the present or latest receive has brought so far; read by senders.
    private int _repliesOfRead;
    private PendingRequest? _answeredUnsent;

    private async Task ReadLoopAsync()
    {
        try
        {
            while (true)
            {
                int count = await _transport.ReceiveAsync(_received.GetRoom()).ConfigureAwait(false);
                if (count == 0)
                {
                    Close(new RedisConnectionException("The server closed the connection.") { Endpoint = Endpoint });
                    break;
                }

                _received.Received(count);
                Counters.CountRead(count);
                HandleReplies();
            }
        }
        catch (RedisException violation)
        {
            violation.Endpoint = Endpoint;
            Close(violation);
        }
        catch (Exception cause)
        {
            Close(Lost(cause));
        }

        ReportLost();
        _received.Dispose();
    }

    private void HandleReplies()
    {
        long answered = 0;
        _repliesOfRead = 0;
        while (true)
        {
            ReadOnlySpan<byte> unconsumed = _received.Unconsumed;
            if (unconsumed.IsEmpty || !_scanner.TryFindEnd(unconsumed, out int length))
            {
                break;
            }

            var reader = new RespReader(unconsumed[..length]);
            reader.Read();
            if (reader.Kind != RespKind.Push)
            {
                // Before the request leaves the queue, so that whoever finds the queue empty knows of the batch.
                Volatile.Write(ref _repliesOfRead, _repliesOfRead + 1);
                answered += HandleReply(ref reader);
            }

            _received.Consume(length);
        }

        if (answered > 0)
        {
            NoteAnswered(answered);
        }
    }

    // Gives a reply to the request that waits longest; returns the length of its frame.
    private int HandleReply(ref RespReader reader)
    {
        PendingRequest request = _inFlight.Dequeue() ?? throw Unasked(ref reader, "The server sent a reply that no command is waiting for.");
        if (ReferenceEquals(request, AskingReply.Instance))
        {
            Counters.CountReply();
            return AskingReply.Bytes.Length;
        }

        if (!request.WasHandedOver)
        {
            _answeredUnsent = request;
            throw Unasked(ref reader, "The server sent a reply to a command before it was sent.");
        }

        Counters.CountReply();
        int frameLength = request.FrameLength;
        NoteSegment(request.Segment!);
        if (!reader.IsError)
        {
            request.Complete(ref reader);
            return frameLength;
        }

        var error = new ErrorReply(reader.Content);
        if (request.IsCompleted || !_owner.OnError(request, error))
        {
            request.Fail(error.ToException());
        }

        return frameLength;
    }

    // A server that takes no more clients says so before it was asked anything.
    private RedisException Unasked(ref RespReader reader, string violation) => Counters.Replies == 0 && reader.IsError
        ? new RedisConnectionException($"The server refused the connection: {Encoding.UTF8.GetString(reader.Content)}")
        : new RedisProtocolException(violation);

    // Replies come in order: the first one to a frame in another segment means that the one before is answered whole.
    private void NoteSegment(SendSegment segment)
    {
        SendSegment? previous = _answeredSegment;
        if (segment == previous)
        {
            return;
        }

        _answeredSegment = segment;
        if (previous is not null)
        {
            lock (_gate)
            {
                _sendQueue.Recycle(previous);
            }
        }
    }

    private void NoteAnswered(long bytes)
    {
        Volatile.Write(ref _answeredBytes, _answeredBytes + bytes);
        // See Admit.
        Interlocked.MemoryBarrier();
        bool room = false;
        if (Volatile.Read(ref _roomWanted))
        {
            lock (_gate)
            {
                // Half empty, so that those who wait come in batches.
                room = _roomWanted && InFlightBytes <= _maxInFlightBytes / 2;
                _roomWanted &= !room;
            }
        }

        if (room)
        {
            _owner.OnRoom(this);
        }
    }

    private void ReportLost()
    {
        Exception cause = _closeCause!;
        _owner.OnClosed(this, cause);
        if (_answeredUnsent is { } first)
        {
            ReportLost(first);
        }

        while (_inFlight.Dequeue() is { } request)
        {
            if (!ReferenceEquals(request, AskingReply.Instance))
            {
                ReportLost(request);
            }
        }

        _owner.OnDrained(this);
    }

    private void ReportLost(PendingRequest request)
    {
        if (request.IsCompleted)
        {
            request.ReleaseFrame();
            return;
        }

        _owner.OnLost(request, _closeCause!, request.MayHaveBeenSent);
    }

    private RedisConnectionException Lost(Exception? cause) => new(
        cause is SocketException or IOException ? $"The connection was lost: {cause.Message}" : "The connection was lost.",
        cause)
    {
        Endpoint = Endpoint,
    };
}
