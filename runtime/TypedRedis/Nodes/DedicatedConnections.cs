using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <summary>
/// Gives calls connections to one node that they have to themselves: an idle one, or one that is opened for them, up to a limit. Whether a call waits, what is
/// idle and what is dialled changes together, under one lock; nothing is sent and no recovery is called under it.
/// </summary>
internal sealed class DedicatedConnections : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ConnectionSettings _settings;
    private readonly AdmissionLimit _limit;

    // Guarded by the lock.
    private readonly DedicatedPool _pool = new();
    private readonly DedicatedLine _waiting = new();
    private readonly DedicatedDials _dials;
    private bool _disposed;

    /// <summary>No connections yet.</summary>
    /// <param name="recovery">Takes over what was lost, and tells of which node.</param>
    /// <param name="settings">How to connect.</param>
    /// <param name="disposing">Ends attempts to connect.</param>
    public DedicatedConnections(NodeRecovery recovery, ConnectionSettings settings, CancellationToken disposing)
    {
        Recovery = recovery;
        // What is in flight there is what one caller chose to send.
        _settings = settings with { MaxInFlightBytes = long.MaxValue };
        _limit = new AdmissionLimit(settings.MaxDedicatedConnections);
        _dials = new DedicatedDials(pause => DedicatedDial.RunAsync(this, _settings, pause, disposing), settings.Clock, disposing);
    }

    /// <summary>Takes over what was lost.</summary>
    public NodeRecovery Recovery { get; }

    /// <summary>Whether there is any connection at the moment.</summary>
    public bool HasAny => _pool.All.Count > 0;

    /// <summary>Whether a caller has a connection, or waits for one.</summary>
    public bool IsInUse => IsWaitedFor || _pool.Rented > 0;

    /// <summary>Whether a call waits for a connection.</summary>
    public bool IsWaitedFor => !_waiting.IsEmpty;

    /// <summary>Calls under way here, those that wait to be sent again and what has a connection for longer included.</summary>
    public int AdmittedCalls => _limit.Count;

    /// <summary>How often the node was left.</summary>
    public int Leavings => _pool.Leavings;

    private RedisEndpoint Endpoint => Recovery.Endpoint;

    /// <summary>Sends a command, with the frame it keeps, on a connection of its own. Never throws.</summary>
    public void Send(PendingRequest request)
    {
        var dedicated = (IDedicatedRequest)request;
        DedicatedConnection? connection;
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
                else
                {
                    connection = _pool.TryRent();
                    if (connection is not null)
                    {
                        continue;
                    }

                    _waiting.Add(request);
                    _dials.BeginFor(_waiting.Count);
                    return;
                }
            }

            request.Fail(refusal);
            return;
        }
        while (!connection.TrySend(request));
    }

    /// <summary>Sends a command on the connection that is rented to it, or on another one if that has ended. Never throws.</summary>
    public void Send(PendingRequest request, DedicatedConnection connection)
    {
        if (!connection.TrySend(request))
        {
            Send(request);
        }
    }

    /// <summary>
    /// Hands calls that wait for a connection to the recovery: after a change of the topology another node may serve them. Those that come back find the
    /// same connections on their way.
    /// </summary>
    public void ReturnWaiting()
    {
        if (_waiting.IsEmpty)
        {
            return;
        }

        PendingRequest[] waiting;
        Exception cause;
        lock (_gate)
        {
            waiting = _waiting.TakeAll();
            cause = _dials.LastError ?? new RedisConnectionException("There is no connection yet.") { Endpoint = Endpoint };
        }

        foreach (PendingRequest request in waiting)
        {
            Recovery.HandBack(request, cause);
        }
    }

    /// <summary>Takes note of the end of a dial. The call that has waited longest gets the connection, or the error.</summary>
    /// <param name="connection">What was dialled.</param>
    /// <param name="leavings">What <see cref="Leavings"/> was when it began.</param>
    /// <param name="failure">Why it failed; null if it did not. If the connection has ended since, becomes the reason for that.</param>
    /// <param name="call">The call; null if none waits, or if it gets the next connection, since this one may lead to a server that was left.</param>
    /// <returns>Whether the connection is used: rented to the call, or idle if there is none. If not, it is to be closed.</returns>
    public bool EndDial(DedicatedConnection connection, int leavings, ref Exception? failure, out PendingRequest? call)
    {
        lock (_gate)
        {
            // Under the lock: one that ends later is taken out again by OnClosed.
            failure ??= connection.CloseCause;
            bool isLeft = failure is null && leavings != _pool.Leavings;
            call = isLeft ? null : _waiting.Take();
            _dials.NoteEnd(failure);
            if (isLeft)
            {
                _dials.BeginFor(_waiting.Count);
            }

            if (failure is not null || isLeft || _disposed)
            {
                return false;
            }

            if (call is null)
            {
                return _pool.TryAddIdle(connection, _settings.Clock.Now, _settings.MaxDedicatedConnections);
            }

            _pool.AddRented(connection);
            return true;
        }
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
                _pool.Forget(connection);
            }
            else
            {
                connection.EndKeeping();
                next = _waiting.Take();
                if (next is null)
                {
                    _pool.Return(connection, _settings.Clock.Now);
                    return;
                }
            }
        }

        if (next is null)
        {
            connection.Discard(LeftConnections.ErrorOf(Endpoint));
        }
        else
        {
            Send(next, connection);
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
            _pool.Forget(connection);
        }
    }

    /// <summary>Tells of a watch that was not disposed.</summary>
    public void NoteAbandoned() => ConnectionLog.WatchAbandoned(_settings.Logger, Endpoint);

    /// <summary>Notes that a connection has ended.</summary>
    /// <returns>Whether that is a surprise: it counted until now.</returns>
    public bool OnClosed(DedicatedConnection connection, ConnectionCounters counters)
    {
        lock (_gate)
        {
            bool isSurprise = connection.State is DedicatedState.Idle or DedicatedState.Rented;
            _pool.Remove(connection, counters);
            return isSurprise;
        }
    }

    /// <summary>Tells of a connection that was lost.</summary>
    public void NoteLost(Exception cause) => ConnectionLog.Lost(_settings.Logger, Endpoint, cause.Message);

    /// <summary>Adds what went through all connections, ended ones included.</summary>
    public void AddTo(ConnectionCounters total)
    {
        lock (_gate)
        {
            _pool.AddTo(total);
        }
    }

    /// <summary>Completes calls whose deadline has passed, and closes connections that have been idle for long.</summary>
    public void TimeOut(long now)
    {
        foreach (DedicatedConnection connection in _pool.All)
        {
            connection.TimeOut(now);
            if (connection.IsPingDue(now))
            {
                Ping(connection, now);
            }
        }

        if (!_waiting.IsEmpty)
        {
            lock (_gate)
            {
                _waiting.TimeOut(now, Endpoint, _dials.LastError);
            }
        }

        if (HasAny)
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
            idle = _pool.Leave();
        }

        foreach (DedicatedConnection connection in idle)
        {
            connection.Discard(cause);
        }
    }

    /// <summary>Ends every connection; what is under way on them is lost and reported so.</summary>
    public Task CloseAllAsync(Exception cause) => Task.WhenAll(_pool.All.Select(connection => connection.CloseAsync(cause)));

    public async ValueTask DisposeAsync()
    {
        PendingRequest[] waiting;
        lock (_gate)
        {
            _disposed = true;
            waiting = _waiting.TakeAll();
        }

        foreach (PendingRequest request in waiting)
        {
            request.Fail(ErrorCopy.Disposed());
        }

        await CloseAllAsync(ErrorCopy.Disposed()).ConfigureAwait(false);
        Task dialsEnded;
        lock (_gate)
        {
            dialsEnded = _dials.EndedAsync();
        }

        await dialsEnded.ConfigureAwait(false);
    }

    private RedisConnectionLimitException LimitReached() => new(
        $"The call needs a connection of its own, and all {_settings.MaxDedicatedConnections} to this node are taken by calls that are not over. The option {nameof(RedisOptions.MaxDedicatedConnections)} sets how many there may be.")
    {
        Endpoint = Endpoint,
    };

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
        List<DedicatedConnection>? old;
        lock (_gate)
        {
            old = _pool.ForgetOld(now);
        }

        foreach (DedicatedConnection connection in old ?? [])
        {
            connection.Discard(new RedisConnectionException("The connection was idle for long."));
        }
    }
}
