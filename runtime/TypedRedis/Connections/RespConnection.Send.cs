using System.Runtime.CompilerServices;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <content>The sending side: append under the lock, flush outside of it.</content>
internal sealed partial class RespConnection
{
    private const int MostSendsHere = 4;

    private readonly FlushItem _flushItem;
    private bool _flushing;
    private bool _isHeldByLoop;
    private bool _roomWanted;
    private long _appendedBytes;
    private long _answeredBytes;

    // Under the lock: whether somebody is about to flush, and there is not so much yet that it should not wait for that.
    private bool IsHeld => (_isHeldByLoop || _completions.IsFlushDue) && !_sendQueue.IsLong;

    private long InFlightBytes => _appendedBytes - Volatile.Read(ref _answeredBytes);

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

    /// <summary>Queues a command that keeps its own frame, with ASKING before it if it says so.</summary>
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

        if (request.Asking)
        {
            // Adjacent on the wire: ASKING holds for exactly the next command.
            _sendQueue.Append(null, AskingReply.Bytes);
            Enqueue(AskingReply.Instance, AskingReply.Bytes.Length);
            request.Asking = false;
            count = 2;
        }

        _sendQueue.Append(request, request.Frame);
        Enqueue(request, request.FrameLength);
        return SendOutcome.Sent;
    }

    private SendOutcome Admit(int length)
    {
        if (_closeCause is not null)
        {
            return SendOutcome.Closed;
        }

        if (HasRoomFor(length))
        {
            return SendOutcome.Sent;
        }

        // The reader counts a reply and then looks whether room is wanted; here it is the other way round. With a full barrier
        // on both sides at least one of the two sees the other, so nobody waits for room that is there. The flag stays even if there is
        // room after all: another one who was refused may have set it, too, and to be told once too often does no harm.
        Volatile.Write(ref _roomWanted, true);
        Interlocked.MemoryBarrier();
        return HasRoomFor(length) ? SendOutcome.Sent : SendOutcome.Full;
    }

    private bool HasRoomFor(int length)
    {
        long inFlight = InFlightBytes;
        return inFlight == 0 || inFlight + length <= _maxInFlightBytes;
    }

    private void Enqueue(PendingRequest request, int length)
    {
        _appendedBytes += length;
        _inFlight.Enqueue(request);
        Counters.CountCommands(request.CommandCount);
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
        for (int sends = 0; sends < MostSendsHere; sends++)
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
                Close(Lost(cause));
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
            Close(Lost(cause));
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
            Close(Lost(cause));
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
                Counters.CountFlush(length);
                return true;
            }

            _flushing = false;
            bytes = default;
            return false;
        }
    }

    private sealed class FlushItem(RespConnection connection) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            // Errors close the connection inside; only the pooled result object must be given back.
            ValueTask flushing = connection.FlushAllAsync(null, 0);
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
