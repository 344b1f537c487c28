namespace TypedRedis.Connections;

/// <summary>
/// Requests that await their replies, in the order of their frames. Written under the connection's lock, read by its read loop
/// alone without a lock.
/// </summary>
internal sealed class RequestQueue
{
    private PendingRequest?[] _ring = new PendingRequest?[1024];
    private long _head;
    private long _tail;

    public int Count => (int)(Volatile.Read(ref _tail) - Volatile.Read(ref _head));

    /// <summary>Adds a request; under the lock.</summary>
    public void Enqueue(PendingRequest request)
    {
        long tail = _tail;
        if (tail - Volatile.Read(ref _head) == _ring.Length)
        {
            Grow();
        }

        _ring[tail & (_ring.Length - 1)] = request;
        Volatile.Write(ref _tail, tail + 1);
    }

    /// <summary>Takes the oldest request; by the read loop.</summary>
    public PendingRequest? Dequeue()
    {
        long head = _head;
        if (head == Volatile.Read(ref _tail))
        {
            return null;
        }

        // The ring is read after the tail: a larger one was published before the tail moved on.
        PendingRequest?[] ring = Volatile.Read(ref _ring);
        ref PendingRequest? place = ref ring[head & (ring.Length - 1)];
        PendingRequest request = place!;
        place = null;
        Volatile.Write(ref _head, head + 1);
        return request;
    }

    /// <summary>Completes every request whose deadline has passed; under the lock. They stay queued: their replies still come.</summary>
    public void TimeOut(long now, RedisEndpoint endpoint)
    {
        for (long i = Volatile.Read(ref _head); i < _tail; i++)
        {
            // The read loop may take it meanwhile; its version tells.
            _ = _ring[i & (_ring.Length - 1)]?.TryTimeOut(now, endpoint, null);
        }
    }

    private void Grow()
    {
        PendingRequest?[] ring = _ring;
        var larger = new PendingRequest?[ring.Length * 2];
        for (long i = Volatile.Read(ref _head); i < _tail; i++)
        {
            larger[i & (larger.Length - 1)] = ring[i & (ring.Length - 1)];
        }

        Volatile.Write(ref _ring, larger);
    }
}
