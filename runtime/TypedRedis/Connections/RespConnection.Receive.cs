using System.Net.Sockets;
using TypedRedis.Protocol;
using ReceiveAwaiter = System.Runtime.CompilerServices.ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter;

namespace TypedRedis.Connections;

/// <content>The receiving side: finds replies, hands them to the oldest requests, and at the end reports the rest. One thread at a time does this.</content>
internal sealed partial class RespConnection
{
    // Batches read on end; then other work of the pool has its turn.
    private const int MostReads = 16;

    private readonly ReceiveBuffer _received = new(ByteArrays.Shared);
    private readonly CompletionQueue _completions;
    private readonly Action _onReceived;
    private readonly ReadItem _readItem;
    private ReceiveAwaiter _receiving;
    private RespScanner _scanner;
    private SendSegment? _answeredSegment;
    private int _handedOver;
    private PendingRequest? _answeredUnsent;

    /// <summary>Has the calling thread read in the place of the one that is held up.</summary>
    public void ReadOn() => Read(hasArrived: false);

    // Reads, and runs the continuations of what was read, until there is nothing more at the moment.
    private void Read(bool hasArrived)
    {
        for (int reads = 0; ; reads++)
        {
            int completed = 0;
            if (!TryReadBatch(hasArrived, ref completed))
            {
                if (completed > 0)
                {
                    _completions.RunBesideReader(completed);
                }

                return;
            }

            hasArrived = false;
            if (!_completions.RunByReader())
            {
                return;
            }

            if (reads == MostReads)
            {
                ThreadPool.UnsafeQueueUserWorkItem(_readItem, preferLocal: false);
                return;
            }
        }
    }

    // True: calls were completed, and this thread is to run their continuations and then read on. False: reading is over for this
    // thread, since another one may already go on with it, or it has ended.
    private bool TryReadBatch(bool hasArrived, ref int completed)
    {
        try
        {
            while (hasArrived || !TryAwaitBytes(completed))
            {
                hasArrived = false;
                if (!TryHandle(_receiving.GetResult(), ref completed))
                {
                    return false;
                }

                if (completed > 0 && _completions.IsReaderToRun)
                {
                    return true;
                }
            }
        }
        catch (RedisException violation)
        {
            violation.Endpoint = Endpoint;
            End(violation);
        }
        catch (Exception cause)
        {
            End(Lost(cause));
        }

        return false;
    }

    // True: bytes will come, and another thread may be reading them already.
    private bool TryAwaitBytes(int completed)
    {
        ReceiveAwaiter receiving = AwaiterOf(_transport.ReceiveAsync(_received.GetRoom(_scanner.AnnouncedLength)));
        _receiving = receiving;
        if (!receiving.IsCompleted)
        {
            receiving.UnsafeOnCompleted(_onReceived);
            return true;
        }

        if (completed > 0)
        {
            // There is more to read; others go on with what was found.
            _completions.QueueHelper();
        }

        return false;
    }

    private static ReceiveAwaiter AwaiterOf(ValueTask<int> receiving) => receiving.ConfigureAwait(false).GetAwaiter();

    // False: it was the end.
    private bool TryHandle(int count, ref int completed)
    {
        if (count == 0)
        {
            End(CloseCause ?? new RedisConnectionException("The server closed the connection.") { Endpoint = Endpoint });
            return false;
        }

        _received.Received(count);
        Counters.CountRead(count);
        HandleReplies(ref completed);
        return true;
    }

    private void End(Exception cause)
    {
        Close(cause);
        try
        {
            _transport.Dispose();
        }
        catch (Exception)
        {
            // What was in flight must be reported all the same.
        }

        ReportLost();
        _received.Dispose();
        _ended.TrySetResult();
    }

    // Counts the calls that were completed, even if it then throws.
    private void HandleReplies(ref int completed)
    {
        long answered = 0;
        int replies = 0;
        try
        {
            while (TryReadReply(out RespReader reader, out int length))
            {
                PendingRequest request = _inFlight.Peek() ?? throw Unasked(ref reader, "The server sent a reply that no command is waiting for.");
                if (request.IsBatch)
                {
                    answered += HandleRepliesToBatch((PendingBatch)request, ref reader, length, ref replies, ref completed);
                    continue;
                }

                answered += HandleReply(request, ref reader, ref completed);
                replies++;
                _received.Consume(length);
            }
        }
        finally
        {
            Counters.CountReplies(replies);
        }

        if (answered > 0)
        {
            NoteAnswered(answered);
        }
    }

    // True: a whole reply is here, and its first value is read. What the server pushes is passed over.
    private bool TryReadReply(out RespReader reader, out int length)
    {
        while (TryReadValue(out reader, out length))
        {
            if (reader.Kind != RespKind.Push)
            {
                if (reader.IsError && IsSubscriberError(reader.Content))
                {
                    throw new RedisProtocolException("The server takes the connection for a subscriber's: replies cannot be told from messages any more.");
                }

                return true;
            }

            _received.Consume(length);
        }

        return false;
    }

    // With RESP2, a connection that subscribed somehow gets messages in between its replies, and this error for most commands.
    private static bool IsSubscriberError(ReadOnlySpan<byte> error) => error.StartsWith("ERR Can't execute '"u8) && error.EndsWith("allowed in this context"u8);

    // The same, a push included.
    private bool TryReadValue(out RespReader reader, out int length)
    {
        ReadOnlySpan<byte> unconsumed = _received.Unconsumed;
        if (!_scanner.IsUnderWay && RespReader.TryReadScalar(unconsumed, _limits, out reader, out length))
        {
            return true;
        }

        if (unconsumed.IsEmpty || !_scanner.TryFindEnd(unconsumed, out length))
        {
            reader = default;
            length = 0;
            return false;
        }

        reader = new RespReader(unconsumed[..length]);
        reader.Read();
        return true;
    }

    // Gives a reply to the request that waits longest; returns the length of its frame.
    private int HandleReply(PendingRequest request, ref RespReader reader, ref int completed)
    {
        _inFlight.RemoveFirst();
        if (ReferenceEquals(request, AskingReply.Instance))
        {
            return AskingReply.Bytes.Length;
        }

        SendSegment segment = request.Segment!;
        if (!WasHandedOver(segment, request.FrameEnd))
        {
            _answeredUnsent = request;
            throw Unasked(ref reader, "The server sent a reply to a command before it was sent.");
        }

        int frameLength = request.FrameLength;
        NoteSegment(segment);
        if (!reader.IsError)
        {
            if (request.TryComplete(ref reader))
            {
                _completions.Add(request);
                completed++;
            }

            return frameLength;
        }

        HandleError(request, new ErrorReply(reader.Content));
        return frameLength;
    }

    // Whatever is thrown here is about this request: the replies behind it are dealt with all the same.
    private void HandleError(PendingRequest request, in ErrorReply error)
    {
        long use = request.Use;
        try
        {
            if (request.IsCompleted || !_owner.OnError(request, error))
            {
                request.Fail(error.ToException());
            }
        }
        catch (Exception thrown)
        {
            request.Abandon(use, UserCode.ToError(thrown));
        }
    }

    // Gives a batch all its replies that are here. It stays the oldest request until its last one has come; only then its frames count.
    private int HandleRepliesToBatch(PendingBatch batch, ref RespReader reader, int length, ref int replies, ref int completed)
    {
        SendSegment segment = batch.Segment!;
        if (!WasHandedOver(segment, batch.FrameEnd))
        {
            throw Unasked(ref reader, "The server sent a reply to a command before it was sent.");
        }

        NoteSegment(segment);
        lock (batch.Gate)
        {
            while (!batch.Accept(ref reader))
            {
                replies++;
                _received.Consume(length);
                if (!TryReadReply(out reader, out length))
                {
                    return 0;
                }
            }
        }

        int frameLength = batch.FrameLength;
        _inFlight.RemoveFirst();
        if (batch.TryComplete(ref reader))
        {
            _completions.Add(batch);
            completed++;
        }

        replies++;
        _received.Consume(length);
        return frameLength;
    }

    // Whether the transport was given all bytes up to this end; no honest reply comes before. Asks the segment, which senders write
    // to all the time, only where the last answer does not do.
    private bool WasHandedOver(SendSegment segment, int end)
    {
        if (segment == _answeredSegment && end <= _handedOver)
        {
            return true;
        }

        int handedOver = segment.HandedOver;
        if (end > handedOver)
        {
            return false;
        }

        _handedOver = handedOver;
        return true;
    }

    // A server that takes no more clients says so before it was asked anything.
    private RedisException Unasked(ref RespReader reader, string violation) => Counters.Replies == 0 && reader.IsError
        ? new RedisConnectionException($"The server refused the connection: {ServerText.Of(reader.Content)}")
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

        long use = request.Use;
        try
        {
            _owner.OnLost(request, _closeCause!, request.MayHaveBeenSent);
        }
        catch (Exception thrown)
        {
            request.Abandon(use, UserCode.ToError(thrown));
        }
    }

    private RedisConnectionException Lost(Exception? cause) => new(
        cause is SocketException or IOException ? $"The connection was lost: {cause.Message}" : "The connection was lost.",
        cause)
    {
        Endpoint = Endpoint,
    };

    private sealed class ReadItem(RespConnection connection) : IThreadPoolWorkItem
    {
        public void Execute() => connection.ReadOn();
    }
}
