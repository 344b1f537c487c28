using System.Runtime.CompilerServices;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <content>The sending side: append under the lock, flush outside of it.</content>
internal sealed partial class RespConnection
{
    private readonly FlushItem _flushItem;
    private bool _flushing;
    private bool _roomWanted;
    private long _appendedBytes;
    private long _answeredBytes;

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
            SendOutcome outcome = Admit(request.FrameLength);
            if (outcome != SendOutcome.Sent)
            {
                return outcome;
            }

            int count = 1;
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
            BeginFlush(count, out flushHere, out flushThere);
        }

        Flush(flushHere, flushThere);
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

        // The read loop counts a reply and then looks whether room is wanted; here it is the other way round. With a full barrier
        // on both sides at least one of the two sees the other, so nobody waits for room that is there.
        Volatile.Write(ref _roomWanted, true);
        Interlocked.MemoryBarrier();
        if (!HasRoomFor(length))
        {
            return SendOutcome.Full;
        }

        _roomWanted = false;
        return SendOutcome.Sent;
    }

    private bool HasRoomFor(int length)
    {
        long inFlight = InFlightBytes;
        return inFlight == 0 || inFlight + length <= _maxInFlightBytes;
    }

    private void Enqueue(PendingRequest request, int length)
    {
        request.Endpoint = Endpoint;
        _appendedBytes += length;
        _inFlight.Enqueue(request);
        Counters.CountCommand();
    }

    // Under the lock: whoever finds no flush under way starts one. With nothing else in flight the caller flushes itself,
    // which saves a hand-off when latency counts; otherwise one pool item carries what gathers until it runs.
    private void BeginFlush(int appended, out bool flushHere, out bool flushThere)
    {
        bool begins = !_flushing;
        _flushing = true;
        // Right after a batch of replies nothing is in flight, but the callers just served are about to come back: the first of
        // them must not send a lone command.
        bool idle = begins && _inFlight.Count == appended && Volatile.Read(ref _repliesOfRead) <= 1;
        flushHere = idle;
        flushThere = begins && !idle;
    }

    private void Flush(bool here, bool there)
    {
        if (here)
        {
            FlushOnce();
        }
        else if (there)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_flushItem, preferLocal: false);
        }
    }

    // On the caller's thread: one send. What others appended meanwhile goes to the pool, the caller is no sender for them.
    private void FlushOnce()
    {
        if (!TryTakeUnsent(out SendSegment segment, out ReadOnlyMemory<byte> bytes))
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
            _ = FlushRestAsync(sending, segment, bytes.Length);
            return;
        }

        sending.GetAwaiter().GetResult();
        bool more;
        lock (_gate)
        {
            segment.Sent += bytes.Length;
            more = _sendQueue.HasUnsent;
            _flushing = more;
        }

        if (more)
        {
            ThreadPool.UnsafeQueueUserWorkItem(_flushItem, preferLocal: false);
        }
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

        lock (_gate)
        {
            segment.Sent += length;
        }

        await FlushAllAsync().ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FlushAllAsync()
    {
        try
        {
            while (TryTakeUnsent(out SendSegment segment, out ReadOnlyMemory<byte> bytes))
            {
                await _transport.SendAsync(bytes).ConfigureAwait(false);
                lock (_gate)
                {
                    segment.Sent += bytes.Length;
                }
            }
        }
        catch (Exception cause)
        {
            Close(Lost(cause));
        }
    }

    private bool TryTakeUnsent(out SendSegment segment, out ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            if (_closeCause is null && _sendQueue.TryTakeUnsent(out segment, out bytes))
            {
                Counters.CountFlush(bytes.Length);
                return true;
            }

            _flushing = false;
            segment = null!;
            bytes = default;
            return false;
        }
    }

    private sealed class FlushItem(RespConnection connection) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            // Errors close the connection inside; only the pooled result object must be given back.
            ValueTask flushing = connection.FlushAllAsync();
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
