using TypedRedis.Buffers;
using TypedRedis.Exceptions;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// The receiving side of a connection: finds replies in what arrives, hands them to the oldest requests, and at the end reports the rest. It has neither
/// a thread nor a socket: the connection's reader, one thread at a time, gives it bytes.
/// </summary>
/// <param name="inFlight">The requests, in the order in which their replies will come.</param>
/// <param name="completions">Gets each request that a reply has completed.</param>
/// <param name="owner">Hears what becomes of requests besides.</param>
/// <param name="pushes">Get what comes besides replies.</param>
/// <param name="counters">Count what is received.</param>
/// <param name="limits">What a server may send.</param>
/// <param name="arrays">Where larger buffers come from.</param>
internal sealed class ReplyReceiver(
    RequestQueue inFlight, CompletionQueue completions, IReceiverOwner owner, PushDispatcher pushes, ConnectionCounters counters, RespLimits limits, ByteArrays arrays)
    : IDisposable
{
    private readonly ReceiveBuffer _received = new(arrays);
    private RespScanner _scanner = new(limits);
    private SendSegment? _answeredSegment;
    private int _handedOver;
    private PendingRequest? _answeredUnsent;

    /// <summary>Grows with each reply dealt with, mostly, so that a long batch of quick ones is no stall; read by other threads, at any time.</summary>
    public long Progress => inFlight.Removed + _received.Consumed;

    /// <summary>Where the next bytes go.</summary>
    public Memory<byte> GetRoom() => _received.GetRoom(_scanner.AnnouncedLength);

    /// <summary>Deals with bytes that were written to <see cref="GetRoom"/>.</summary>
    /// <param name="count">How many.</param>
    /// <param name="completed">Grows by the calls that were completed, even if something is thrown.</param>
    /// <exception cref="RedisException">The server has broken the protocol; the connection must end.</exception>
    public void Accept(int count, ref int completed)
    {
        _received.Received(count);
        counters.CountRead(count);
        HandleReplies(ref completed);
    }

    /// <summary>Reports every request that is left, in order; after the last <see cref="Accept"/>.</summary>
    /// <param name="cause">Why the connection has ended.</param>
    public void ReportLost(Exception cause)
    {
        if (_answeredUnsent is { } first)
        {
            ReportLost(first, cause);
        }

        while (inFlight.Dequeue() is { } request)
        {
            if (!request.IsUnawaited)
            {
                ReportLost(request, cause);
            }
        }
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => _received.Dispose();

    private void HandleReplies(ref int completed)
    {
        long answered = 0;
        int replies = 0;
        try
        {
            while (TryReadReply(out RespReader reader, out int length))
            {
                PendingRequest request = inFlight.Peek() ?? throw Unasked(ref reader, "The server sent a reply that no command is waiting for.");
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
            counters.CountReplies(replies);
        }

        if (answered > 0)
        {
            owner.OnAnswered(answered);
        }
    }

    // True: a whole reply is here, and its first value is read. What the server pushes goes its own way.
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

            pushes.Dispatch(reader);
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
        if (!_scanner.IsUnderWay && RespReader.TryReadScalar(unconsumed, limits, out reader, out length))
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
        inFlight.RemoveFirst();
        if (request.IsUnawaited)
        {
            return ((UnawaitedReply)request).Bytes.Length;
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
                completions.Add(request);
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
            if (request.IsCompleted || !owner.OnError(request, error))
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
        inFlight.RemoveFirst();
        if (batch.TryComplete(ref reader))
        {
            completions.Add(batch);
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
    private RedisException Unasked(ref RespReader reader, string violation) => counters.Replies == 0 && reader.IsError
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
            owner.OnAnswered(previous);
        }
    }

    private void ReportLost(PendingRequest request, Exception cause)
    {
        if (request.IsCompleted)
        {
            request.ReleaseFrame();
            return;
        }

        long use = request.Use;
        try
        {
            owner.OnLost(request, cause, request.MayHaveBeenSent);
        }
        catch (Exception thrown)
        {
            request.Abandon(use, UserCode.ToError(thrown));
        }
    }
}
