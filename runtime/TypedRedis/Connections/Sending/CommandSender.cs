using System.Runtime.CompilerServices;
using TypedRedis.Buffers;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// The sending side of a connection: queues commands under a short lock, in the order in which their replies will come, and hands their bytes to the
/// transport outside of it. Of replies it knows how many bytes of commands they have answered.
/// </summary>
internal sealed class CommandSender
{
    private const int MaxSendsHere = 4;

    private readonly Lock _gate = new();
    private readonly RedisEndpoint _endpoint;
    private readonly Transport _transport;
    private readonly RequestQueue _inFlight;
    private readonly CompletionQueue _completions;
    private readonly ConnectionCounters _counters;
    private readonly Action<Exception> _onFailed;
    private readonly SendQueue _sendQueue;
    private readonly SendWindow _window;
    private readonly FlushItem _flushItem;
    private Exception? _closeCause;
    private bool _flushing;
    private bool _isHeldByLoop;

    /// <summary>A sender that has sent nothing.</summary>
    /// <param name="endpoint">Where the bytes go.</param>
    /// <param name="transport">Takes them.</param>
    /// <param name="inFlight">Gets each command when its frame is queued.</param>
    /// <param name="completions">Says when continuations run, which send in one piece.</param>
    /// <param name="counters">Count what is sent.</param>
    /// <param name="maxInFlightBytes">Most bytes that await their replies; a single larger command passes alone.</param>
    /// <param name="arrays">Where the arrays of large frames come from.</param>
    /// <param name="onFailed">Called, on any thread, with what the transport threw.</param>
    public CommandSender(
        RedisEndpoint endpoint,
        Transport transport,
        RequestQueue inFlight,
        CompletionQueue completions,
        ConnectionCounters counters,
        long maxInFlightBytes,
        ByteArrays arrays,
        Action<Exception> onFailed)
    {
        _endpoint = endpoint;
        _transport = transport;
        _inFlight = inFlight;
        _completions = completions;
        _counters = counters;
        _onFailed = onFailed;
        _sendQueue = new SendQueue(endpoint, maxInFlightBytes, arrays);
        _window = new SendWindow(maxInFlightBytes);
        _flushItem = new FlushItem(this);
    }

    /// <summary>Why nothing is taken any more; null while it is open.</summary>
    public Exception? CloseCause => Volatile.Read(ref _closeCause);

    /// <summary>Whether the oldest request was completed without its reply, by its deadline or its caller.</summary>
    public bool IsOldestCompleted
    {
        get
        {
            lock (_gate)
            {
                return _inFlight.IsOldestCompleted;
            }
        }
    }

    // Under the lock: whether somebody is about to flush, and there is not so much yet that it should not wait for that.
    private bool IsHeld => (_isHeldByLoop || _completions.IsFlushDue) && !_sendQueue.IsLong;

    /// <summary>Takes nothing any more from here on, and hands nothing more to the transport.</summary>
    /// <returns>Whether it was open.</returns>
    public bool TryClose(Exception cause)
    {
        lock (_gate)
        {
            return TryNoteClosed(cause);
        }
    }

    /// <summary>The same if nothing is in flight. Somebody who sends at this moment either comes before, and nothing is closed, or is refused.</summary>
    /// <returns>Whether it was open and idle.</returns>
    public bool TryCloseIfIdle(Exception cause)
    {
        lock (_gate)
        {
            return _inFlight.Count == 0 && TryNoteClosed(cause);
        }
    }

    /// <summary>Queues a command that was just written.</summary>
    public SendOutcome TrySend(PendingRequest request, ref RequestWriter writer)
    {
        bool flushHere;
        bool flushThere;
        lock (_gate)
        {
            SendOutcome outcome = Admit(writer.Frame.Length);
            if (outcome != SendOutcome.Sent)
            {
                return outcome;
            }

            _sendQueue.Append(request, ref writer);
            Enqueue(request, request.FrameLength);
            BeginFlush(1, out flushHere, out flushThere);
        }

        Flush(flushHere, flushThere);
        return SendOutcome.Sent;
    }

    /// <summary>Queues a command that keeps its own frame, behind its prefix if it has one.</summary>
    public SendOutcome TrySend(PendingRequest request)
    {
        bool flushHere;
        bool flushThere;
        lock (_gate)
        {
            SendOutcome outcome = Append(request, out int count);
            if (outcome != SendOutcome.Sent)
            {
                return outcome;
            }

            BeginFlush(count, out flushHere, out flushThere);
        }

        Flush(flushHere, flushThere);
        return SendOutcome.Sent;
    }

    /// <summary>
    /// The same for callers that hold a lock, which no send must be made under: they call <see cref="FlushAppended"/> once they have let go of it.
    /// </summary>
    public SendOutcome TryAppend(PendingRequest request)
    {
        lock (_gate)
        {
            return Append(request, out _);
        }
    }

    /// <summary>Counts commands whose replies have come; by the reader, once for all that have come together.</summary>
    /// <returns>Whether somebody who was refused is to hear that there is room.</returns>
    public bool NoteAnswered(long bytes)
    {
        if (!_window.NoteAnswered(bytes))
        {
            return false;
        }

        lock (_gate)
        {
            return _window.TryGrantRoom();
        }
    }

    /// <summary>Takes back a segment of which all replies have arrived.</summary>
    public void Recycle(SendSegment segment)
    {
        lock (_gate)
        {
            _sendQueue.Recycle(segment);
        }
    }

    /// <summary>Completes calls whose deadline has passed.</summary>
    public void TimeOut(long now)
    {
        if (_inFlight.HasOverdue(now))
        {
            lock (_gate)
            {
                _inFlight.TimeOut(now, _endpoint);
            }
        }
    }

    /// <summary>Sends what was held back while a batch of completions ran or by <see cref="TryAppend"/>, or has it sent at the end of the round.</summary>
    public void FlushAppended()
    {
        lock (_gate)
        {
            if (_flushing || _isHeldByLoop || !_sendQueue.HasUnsent || TryHoldByLoop())
            {
                return;
            }

            _flushing = true;
        }

        FlushHere();
    }

    /// <summary>Sends what was held back.</summary>
    public void FlushHeld()
    {
        lock (_gate)
        {
            _isHeldByLoop = false;
            if (_flushing || !_sendQueue.HasUnsent)
            {
                return;
            }

            _flushing = true;
        }

        FlushHere();
    }

    private bool TryNoteClosed(Exception cause)
    {
        if (_closeCause is not null)
        {
            return false;
        }

        Volatile.Write(ref _closeCause, cause);
        return true;
    }

    // Under the lock.
    private SendOutcome Append(PendingRequest request, out int count)
    {
        count = 1;
        SendOutcome outcome = Admit(request.FrameLength);
        if (outcome != SendOutcome.Sent)
        {
            return outcome;
        }

        if (request.IsBatch && ((PendingBatch)request).Tie is { } tie && !tie.TryJoin(this))
        {
            return SendOutcome.Closed;
        }

        if (request.Prefix is { } prefix)
        {
            // Adjacent on the wire: it is about the next command, whichever that is.
            _sendQueue.Append(null, prefix.Bytes);
            Enqueue(prefix, prefix.Bytes.Length);
            request.Prefix = null;
            count = 2;
        }

        _sendQueue.Append(request, request.Frame);
        Enqueue(request, request.FrameLength);
        return SendOutcome.Sent;
    }

    private SendOutcome Admit(int length) =>
        _closeCause is not null ? SendOutcome.Closed : _window.HasRoomFor(length) ? SendOutcome.Sent : SendOutcome.Full;

    private void Enqueue(PendingRequest request, int length)
    {
        _window.Add(length);
        _inFlight.Enqueue(request);
        _counters.CountCommands(request.CommandCount);
    }

    // Under the lock: whoever finds no flush under way starts one. Within a batch of completions it is held back until the batch has
    // run, within a round of a loop until the round is over: its continuations send to other nodes, too. With nothing else in flight the
    // caller flushes itself, which saves a hand-off when latency counts; otherwise one pool item carries what gathers until it runs.
    private void BeginFlush(int appended, out bool flushHere, out bool flushThere)
    {
        flushHere = false;
        flushThere = false;
        if (_flushing || IsHeld)
        {
            return;
        }

        flushHere = _completions.TryFlushHere();
        if (!flushHere && TryHoldByLoop())
        {
            return;
        }

        _flushing = true;
        flushHere |= _inFlight.Count == appended;
        flushThere = !flushHere;
    }

    private bool TryHoldByLoop()
    {
        if (_sendQueue.IsLong || LoopThread.Current is not { } thread || !thread.TryHold(this))
        {
            return false;
        }

        _isHeldByLoop = true;
        return true;
    }

    private void Flush(bool here, bool there)
    {
        if (here)
        {
            FlushHere();
        }
        else if (there)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_flushItem, preferLocal: false);
        }
    }

    // On the caller's thread: as a rule one send, two where the bytes go on in another segment. What others append all the time goes to
    // the pool: the caller is no sender for them.
    private void FlushHere()
    {
        SendSegment? sent = null;
        int length = 0;
        for (int sends = 0; sends < MaxSendsHere; sends++)
        {
            if (!TryTakeUnsent(ref sent, ref length, out ReadOnlyMemory<byte> bytes))
            {
                return;
            }

            ValueTask sending;
            try
            {
                sending = _transport.SendAsync(bytes);
            }
            catch (Exception cause)
            {
                _onFailed(cause);
                return;
            }

            if (!sending.IsCompletedSuccessfully)
            {
                _ = FlushRestAsync(sending, sent!, length);
                return;
            }

            sending.GetAwaiter().GetResult();
        }

        lock (_gate)
        {
            sent!.Sent += length;
        }

        ThreadPool.UnsafeQueueUserWorkItem(_flushItem, preferLocal: false);
    }

    private async Task FlushRestAsync(ValueTask sending, SendSegment segment, int length)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            _onFailed(cause);
            return;
        }

        await FlushAllAsync(segment, length).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FlushAllAsync(SendSegment? sent, int length)
    {
        try
        {
            while (TryTakeUnsent(ref sent, ref length, out ReadOnlyMemory<byte> bytes))
            {
                await _transport.SendAsync(bytes).ConfigureAwait(false);
            }
        }
        catch (Exception cause)
        {
            _onFailed(cause);
        }
    }

    // Notes what the flush under way has sent, and takes what is next. False: this flush is over.
    private bool TryTakeUnsent(ref SendSegment? segment, ref int length, out ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            bool isFirst = segment is null;
            if (!isFirst)
            {
                segment!.Sent += length;
            }

            // What follows in small pieces goes with the rest of a batch.
            if (_closeCause is null && (isFirst || !IsHeld) && _sendQueue.TryTakeUnsent(out segment, out bytes))
            {
                length = bytes.Length;
                _counters.CountFlush(length);
                return true;
            }

            _flushing = false;
            bytes = default;
            return false;
        }
    }

    private sealed class FlushItem(CommandSender sender) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            // Errors are reported inside; only the pooled result object must be given back.
            ValueTask flushing = sender.FlushAllAsync(null, 0);
            if (flushing.IsCompleted)
            {
                flushing.GetAwaiter().GetResult();
            }
            else
            {
                _ = flushing.AsTask();
            }
        }
    }
}
