using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <summary>
/// The connections to one node that callers have to themselves. They are opened when needed, up to a limit, and used again in the order
/// last in, first out, so that those no longer needed grow old and are closed.
/// </summary>
internal sealed partial class DedicatedConnections : IAsyncDisposable
{
    private const long IdleMilliseconds = 30_000;

    private readonly Lock _gate = new();
    private readonly ConnectionSettings _settings;
    private readonly CancellationToken _disposing;
    private readonly AdmissionLimit _limit;
    private readonly List<DedicatedConnection> _idle = [];
    private readonly LinkedList<PendingRequest> _waiting = new();
    private readonly ConnectionCounters _ended = new();
    private volatile DedicatedConnection[] _all = [];
    private volatile bool _hasWaiting;
    private int _rented;
    private bool _disposed;

    public DedicatedConnections(NodeConnection node, ConnectionSettings settings, IRequestRecovery recovery, CancellationToken disposing)
    {
        Node = node;
        Recovery = recovery;
        // What is in flight there is what one caller chose to send.
        _settings = settings with { MaxInFlightBytes = long.MaxValue };
        _disposing = disposing;
        _limit = new AdmissionLimit(settings.MaxDedicatedConnections);
    }

    public NodeConnection Node { get; }

    public IRequestRecovery Recovery { get; }

    /// <summary>Whether there is any connection at the moment.</summary>
    public bool HasAny => _all.Length > 0;

    /// <summary>Whether a caller has a connection, or waits for one.</summary>
    public bool IsInUse => _hasWaiting || Volatile.Read(ref _rented) > 0;

    /// <summary>Whether a call waits for a connection.</summary>
    public bool IsWaitedFor => _hasWaiting;

    /// <summary>Calls under way here, those that wait to be sent again and what has a connection for longer included.</summary>
    public int AdmittedCalls => _limit.Count;

    /// <summary>Sends a command, with the frame it keeps, on a connection of its own. Never throws.</summary>
    public void Send(PendingRequest request)
    {
        var dedicated = (IDedicatedRequest)request;
        DedicatedConnection connection;
        do
        {
            RedisException refusal;
            lock (_gate)
            {
                if (_disposed)
                {
                    refusal = ErrorCopy.Disposed();
                }
                else if (!dedicated.Admission.TryEnter(_limit))
                {
                    refusal = LimitReached();
                }
                else if (_idle.Count > 0)
                {
                    connection = _idle[^1];
                    _idle.RemoveAt(_idle.Count - 1);
                    Rent(connection);
                    continue;
                }
                else
                {
                    // Nothing is dialled for calls that ended while they waited.
                    ForgetCompleted();
                    _waiting.AddLast(request);
                    _hasWaiting = true;
                    DialIfNeeded();
                    return;
                }
            }

            request.Fail(refusal);
            return;
        }
        while (!connection.TrySend(request));
    }

    /// <summary>Takes a connection back that is as it was after its set-up.</summary>
    public void Return(DedicatedConnection connection)
    {
        PendingRequest? next = null;
        lock (_gate)
        {
            if (connection.State != DedicatedState.Rented)
            {
                return;
            }

            if (connection.IsLeft)
            {
                ForgetUnderLock(connection);
            }
            else
            {
                EndKeeping(connection);
                next = TakeWaiting();
                if (next is null)
                {
                    _rented--;
                    Park(connection);
                    return;
                }
            }
        }

        if (next is null)
        {
            connection.Discard(Node.Left());
        }
        else
        {
            SendFirst(next, connection);
        }
    }

    /// <summary>Leaves a connection to a caller beyond the end of the call.</summary>
    public void Keep(DedicatedConnection connection, Admission admission)
    {
        lock (_gate)
        {
            if (connection.State == DedicatedState.Rented)
            {
                connection.Admission = admission;
                return;
            }
        }

        admission.End();
    }

    /// <summary>Stops counting a connection that is about to end.</summary>
    public void Forget(DedicatedConnection connection)
    {
        lock (_gate)
        {
            ForgetUnderLock(connection);
        }
    }

    /// <summary>Tells of a watch that was not disposed.</summary>
    public void NoteAbandoned() => ConnectionLog.WatchAbandoned(_settings.Logger, Node.Endpoint);

    /// <summary>Notes that a connection has ended.</summary>
    public void OnClosed(DedicatedConnection connection, ConnectionCounters counters, Exception cause)
    {
        bool isSurprise;
        lock (_gate)
        {
            isSurprise = connection.State is DedicatedState.Idle or DedicatedState.Rented;
            ForgetUnderLock(connection);
            _all = [.. _all.Where(other => other != connection)];
            _ended.Add(counters);
        }

        if (isSurprise)
        {
            ConnectionLog.Lost(_settings.Logger, Node.Endpoint, cause.Message);
        }
    }

    /// <summary>Adds what went through all connections, ended ones included.</summary>
    public void AddTo(ConnectionCounters total)
    {
        lock (_gate)
        {
            total.Add(_ended);
            foreach (DedicatedConnection connection in _all)
            {
                total.Add(connection.Counters);
            }
        }
    }

    /// <summary>Completes calls whose deadline has passed, and closes connections that have been idle for long.</summary>
    public void TimeOut(long now)
    {
        foreach (DedicatedConnection connection in _all)
        {
            connection.TimeOut(now);
            if (connection.IsPingDue(now))
            {
                Ping(connection, now);
            }
        }

        if (_hasWaiting)
        {
            TimeOutWaiting(now);
        }

        if (_all.Length > 0)
        {
            CloseOld(now);
        }
    }

    /// <summary>Ends the connections that nobody uses at the moment, and the others when they are given back. Those that are being opened end once they are open.</summary>
    public void Leave(Exception cause)
    {
        DedicatedConnection[] idle;
        lock (_gate)
        {
            _leavings++;
            foreach (DedicatedConnection connection in _all)
            {
                connection.IsLeft = true;
            }

            idle = [.. _idle];
            foreach (DedicatedConnection connection in idle)
            {
                ForgetUnderLock(connection);
            }
        }

        foreach (DedicatedConnection connection in idle)
        {
            connection.Discard(cause);
        }
    }

    /// <summary>Ends every connection; what is under way on them is lost and reported so.</summary>
    public Task CloseAllAsync(Exception cause) => Task.WhenAll(_all.Select(connection => connection.CloseAsync(cause)));

    public async ValueTask DisposeAsync()
    {
        PendingRequest[] waiting;
        lock (_gate)
        {
            _disposed = true;
            waiting = TakeAllWaiting();
        }

        foreach (PendingRequest request in waiting)
        {
            request.Fail(ErrorCopy.Disposed());
        }

        await CloseAllAsync(ErrorCopy.Disposed()).ConfigureAwait(false);
        await DialsEndedAsync().ConfigureAwait(false);
    }

    private RedisConnectionLimitException LimitReached() => new(
        $"The call needs a connection of its own, and all {_settings.MaxDedicatedConnections} to this node are taken by calls that are not over. The option {nameof(RedisOptions.MaxDedicatedConnections)} sets how many there may be.")
    {
        Endpoint = Node.Endpoint,
    };

    // Under the lock.
    private void Rent(DedicatedConnection connection)
    {
        connection.State = DedicatedState.Rented;
        _rented++;
    }

    // Under the lock.
    private void Park(DedicatedConnection connection)
    {
        connection.State = DedicatedState.Idle;
        connection.IdleSince = _settings.Clock.Now;
        _idle.Add(connection);
    }

    // Under the lock.
    private void ForgetUnderLock(DedicatedConnection connection)
    {
        if (connection.State == DedicatedState.Idle)
        {
            _idle.Remove(connection);
        }
        else if (connection.State == DedicatedState.Rented)
        {
            _rented--;
        }

        EndKeeping(connection);
        connection.State = DedicatedState.Discarded;
    }

    // Under the lock.
    private static void EndKeeping(DedicatedConnection connection)
    {
        connection.Admission?.End();
        connection.Admission = null;
    }

    private void Ping(DedicatedConnection connection, long now)
    {
        bool isAppended;
        lock (_gate)
        {
            isAppended = connection.TryAppendPing(now);
        }

        if (isAppended)
        {
            connection.FlushAppended();
        }
    }

    private void CloseOld(long now)
    {
        List<DedicatedConnection>? old = null;
        lock (_gate)
        {
            // The oldest come first.
            while (_idle.Count > 0 && now - _idle[0].IdleSince >= IdleMilliseconds)
            {
                (old ??= []).Add(_idle[0]);
                ForgetUnderLock(_idle[0]);
            }
        }

        foreach (DedicatedConnection connection in old ?? [])
        {
            connection.Discard(new RedisConnectionException("The connection was idle for long."));
        }
    }
}
