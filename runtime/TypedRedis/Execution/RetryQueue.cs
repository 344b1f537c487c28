using TypedRedis.Connections;
using TypedRedis.Nodes;

namespace TypedRedis.Execution;

/// <summary>
/// Requests that must wait before they are sent again: until a migration goes on, a node has loaded its data, a slot has an owner. They
/// leave when their time has come, when the topology has been read, or with an error at their deadline; those that leave together, in the order they came.
/// </summary>
internal sealed class RetryQueue : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Clock _clock;
    private readonly Action<PendingRequest> _send;
    private readonly ITimer _timer;
    private readonly LinkedList<Entry> _entries = new();
    private readonly WaitingLimit _limit;
    private long _timerDue = long.MaxValue;
    private volatile int _count;
    private bool _disposed;

    /// <summary>A queue without entries.</summary>
    /// <param name="clock">The client's clock.</param>
    /// <param name="send">Sends a request again.</param>
    /// <param name="limit">How many calls may begin here; null for any number.</param>
    public RetryQueue(Clock clock, Action<PendingRequest> send, WaitingLimit? limit = null)
    {
        _limit = limit ?? new WaitingLimit(int.MaxValue, long.MaxValue);
        _clock = clock;
        _send = send;
        _timer = clock.Provider.CreateTimer(
            static state => ((RetryQueue)state!).SendDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count => _count;

    /// <summary>Takes a request over.</summary>
    /// <param name="request">The request; its frame is kept.</param>
    /// <param name="delay">How long it waits.</param>
    /// <param name="orRefresh">Whether it leaves earlier once the topology has been read.</param>
    /// <param name="cause">Why it was not served, for the error at the deadline.</param>
    /// <param name="isNew">Whether it was not sent before, so that it may be refused for lack of room.</param>
    public void Add(PendingRequest request, TimeSpan delay, bool orRefresh, RedisException cause, bool isNew = false)
    {
        request.RetainFrame();
        RedisException refusal;
        lock (_gate)
        {
            if (_disposed)
            {
                refusal = ErrorCopy.Disposed();
            }
            else if (isNew && !_limit.HasRoomFor(request))
            {
                refusal = _limit.Refuse(cause);
            }
            else
            {
                _limit.Add(request);
                long due = _clock.Now + (long)Math.Ceiling(delay.TotalMilliseconds);
                _entries.AddLast(new Entry(request, due, orRefresh, cause));
                _count = _entries.Count;
                SetTimer(due);
                return;
            }
        }

        request.Fail(refusal);
    }

    /// <summary>Whether so many wait that a call is rather given the server's error than sent again.</summary>
    public bool IsFull(PendingRequest request)
    {
        lock (_gate)
        {
            return !_limit.HasRoomFor(request);
        }
    }

    /// <summary>Sends what waits for the topology.</summary>
    public void SendAfterRefresh() => Send(Take(entry => entry.OrRefresh));

    /// <summary>Ends calls whose deadline has passed, and forgets those that ended otherwise.</summary>
    public void TimeOut(long now)
    {
        if (_count == 0)
        {
            return;
        }

        foreach (Entry entry in Take(entry => entry.Request.IsCompleted || entry.Request.DeadlineTimestamp <= now))
        {
            entry.Request.Fail(TimedOut(entry.Cause));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _timer.Dispose();
        foreach (Entry entry in Take(static _ => true))
        {
            entry.Request.Fail(ErrorCopy.Disposed());
        }
    }

    /// <summary>The error of a call whose deadline passes while it waits to be sent again.</summary>
    public static RedisTimeoutException TimedOut(RedisException cause) =>
        new($"The call did not finish in time: it was waiting to be sent again. Last error: {cause.Summary}", cause);

    private void SendDue()
    {
        long now = _clock.Now;
        Send(Take(entry => entry.Due <= now));
        try
        {
            lock (_gate)
            {
                _timerDue = long.MaxValue;
                if (_entries.Count > 0)
                {
                    SetTimer(_entries.Min(entry => entry.Due));
                }
            }
        }
        catch (Exception) when (!_disposed)
        {
            // The clock is the user's. Those that wait leave after the next reading of the topology, or end at their deadlines.
        }
    }

    private void Send(List<Entry> entries)
    {
        foreach (Entry entry in entries)
        {
            long use = entry.Request.Use;
            try
            {
                _send(entry.Request);
            }
            catch (Exception thrown)
            {
                // About this one; the others are sent all the same.
                entry.Request.Abandon(use, UserCode.ToError(thrown));
            }
        }
    }

    private List<Entry> Take(Func<Entry, bool> condition)
    {
        List<Entry> taken = [];
        lock (_gate)
        {
            for (LinkedListNode<Entry>? node = _entries.First; node is not null;)
            {
                LinkedListNode<Entry>? next = node.Next;
                if (condition(node.Value))
                {
                    taken.Add(node.Value);
                    _entries.Remove(node);
                    _limit.Remove(WaitingLimit.LengthOf(node.Value.Request));
                }

                node = next;
            }

            _count = _entries.Count;
        }

        return taken;
    }

    // Under the lock.
    private void SetTimer(long due)
    {
        if (due < _timerDue && !_disposed)
        {
            _timer.Change(TimeSpan.FromMilliseconds(Math.Max(1, due - _clock.Now)), Timeout.InfiniteTimeSpan);
            // Only now: the timer is the user's, and if it throws the next request sets it.
            _timerDue = due;
        }
    }

    private readonly record struct Entry(PendingRequest Request, long Due, bool OrRefresh, RedisException Cause);
}
