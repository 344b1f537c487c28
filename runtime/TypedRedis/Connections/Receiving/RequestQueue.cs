using System.Runtime.InteropServices;

namespace TypedRedis.Connections;

/// <summary>
/// Requests that await their replies, in the order of their frames. Written under the connection's lock, read by its reader
/// alone without a lock.
/// </summary>
internal sealed class RequestQueue
{
    private Entry[] _ring = new Entry[1024];
    private Position _head;
    private Position _tail;

    // What the reader last saw of the tail; its own.
    private Position _knownTail;

    // What the writers last saw of the head; guarded by the lock.
    private Position _knownHead;
    private long _earliestDeadline = long.MaxValue;

    public int Count => (int)(Volatile.Read(ref _tail.Value) - Volatile.Read(ref _head.Value));

    /// <summary>How many were ever taken out.</summary>
    public long Removed => Volatile.Read(ref _head.Value);

    /// <summary>Adds a request; under the lock.</summary>
    public void Enqueue(PendingRequest request)
    {
        long tail = _tail.Value;
        if (tail - _knownHead.Value == _ring.Length)
        {
            _knownHead.Value = Volatile.Read(ref _head.Value);
            if (tail - _knownHead.Value == _ring.Length)
            {
                Grow();
            }
        }

        if (request.DeadlineTimestamp < _earliestDeadline)
        {
            Volatile.Write(ref _earliestDeadline, request.DeadlineTimestamp);
        }

        Entry[] ring = _ring;
        ring[tail & (ring.Length - 1)].Request = request;
        Volatile.Write(ref _tail.Value, tail + 1);
    }

    /// <summary>Takes the oldest request; by the reader.</summary>
    public PendingRequest? Dequeue()
    {
        PendingRequest? request = Peek();
        if (request is not null)
        {
            RemoveFirst();
        }

        return request;
    }

    /// <summary>The oldest request, which stays; null if there is none. By the reader.</summary>
    public PendingRequest? Peek()
    {
        long head = _head.Value;
        if (head == _knownTail.Value)
        {
            _knownTail.Value = Volatile.Read(ref _tail.Value);
            if (head == _knownTail.Value)
            {
                return null;
            }
        }

        // The ring is read after the tail: a larger one was published before the tail moved on.
        Entry[] ring = Volatile.Read(ref _ring);
        return ring[head & (ring.Length - 1)].Request;
    }

    /// <summary>Takes out what <see cref="Peek"/> has shown; by the reader.</summary>
    public void RemoveFirst()
    {
        long head = _head.Value;
        // A ring that was replaced meanwhile has the request too, at a place of its own.
        Entry[] ring = Volatile.Read(ref _ring);
        ring[head & (ring.Length - 1)].Request = null;
        Volatile.Write(ref _head.Value, head + 1);
    }

    /// <summary>Whether a deadline may have passed; without the lock.</summary>
    public bool HasOverdue(long now) => now >= Volatile.Read(ref _earliestDeadline);

    /// <summary>Completes every request whose deadline has passed; under the lock. They stay queued: their replies still come.</summary>
    public void TimeOut(long now, RedisEndpoint endpoint)
    {
        long earliest = long.MaxValue;
        for (long i = Volatile.Read(ref _head.Value); i < _tail.Value; i++)
        {
            // The reader may take it meanwhile; its version tells.
            if (_ring[i & (_ring.Length - 1)].Request is { } request && !request.TryTimeOut(now, endpoint, null) && !request.IsCompleted)
            {
                earliest = Math.Min(earliest, request.DeadlineTimestamp);
            }
        }

        Volatile.Write(ref _earliestDeadline, earliest);
    }

    /// <summary>Whether the oldest request was completed without its reply, by its deadline or its caller; under the lock.</summary>
    public bool IsOldestCompleted
    {
        get
        {
            for (long i = Volatile.Read(ref _head.Value); i < _tail.Value; i++)
            {
                // A prefix belongs to the request behind it.
                PendingRequest? request = _ring[i & (_ring.Length - 1)].Request;
                if (request is not { IsUnawaited: true })
                {
                    return request is { IsCompleted: true };
                }
            }

            return false;
        }
    }

    private void Grow()
    {
        Entry[] ring = _ring;
        var larger = new Entry[ring.Length * 2];
        for (long i = Volatile.Read(ref _head.Value); i < _tail.Value; i++)
        {
            larger[i & (larger.Length - 1)] = ring[i & (ring.Length - 1)];
        }

        Volatile.Write(ref _ring, larger);
    }

    // An array of these is written without a check of the element's type.
    private struct Entry
    {
        public PendingRequest? Request;
    }

    // Alone on its cache lines (two, since processors fetch them in pairs): writers and the reader would otherwise slow each other down.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Position
    {
        [FieldOffset(128)]
        public long Value;
    }
}
