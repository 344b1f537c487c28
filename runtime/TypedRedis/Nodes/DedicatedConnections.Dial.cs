using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <content>Calls that wait for a connection, and the connections that are opened for them.</content>
internal sealed partial class DedicatedConnections
{
    private readonly List<Task> _dials = [];

    // Never fewer than calls wait: each call that finds no connection starts one, and each that ends serves one call.
    private int _dialing;
    private int _failures;
    private Exception? _lastError;

    // How often the node was left. A connection whose dial began before the last time may lead to the server that was left.
    private int _leavings;

    /// <summary>
    /// Hands calls that wait for a connection to the recovery: after a change of the topology another node may serve them. Those that come back find the
    /// same connections on their way.
    /// </summary>
    public void ReturnWaiting()
    {
        if (!_hasWaiting)
        {
            return;
        }

        PendingRequest[] waiting;
        Exception cause;
        lock (_gate)
        {
            waiting = TakeAllWaiting();
            cause = _lastError ?? new RedisConnectionException("There is no connection yet.") { Endpoint = Node.Endpoint };
        }

        foreach (PendingRequest request in waiting)
        {
            HandBack(request, cause);
        }
    }

    // Under the lock.
    private void DialIfNeeded()
    {
        if (_dialing < _waiting.Count)
        {
            _dialing++;
            _dials.RemoveAll(static dial => dial.IsCompleted);
            _dials.Add(Task.Run(DialAsync));
        }
    }

    private async Task DialAsync()
    {
        var connection = new DedicatedConnection(this);
        Exception? failure = null;
        int leavings = 0;
        try
        {
            await BackOffAsync().ConfigureAwait(false);
            leavings = Volatile.Read(ref _leavings);
            await connection.OpenAsync(_settings, _disposing).ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            failure = cause;
        }

        PendingRequest? request;
        bool isSuperfluous = false;
        lock (_gate)
        {
            _dialing--;
            failure ??= connection.CloseCause;
            bool isLeft = failure is null && leavings != _leavings;
            request = isLeft ? null : TakeWaiting();
            _failures = failure is null ? 0 : _failures + 1;
            _lastError = failure;
            if (isLeft)
            {
                // What waits for it gets the next one.
                DialIfNeeded();
            }

            if (failure is null)
            {
                isSuperfluous = _disposed || isLeft || (request is null && _rented + _idle.Count >= _settings.MaxDedicatedConnections);
                Admit(connection, isRented: request is not null, isSuperfluous);
            }
        }

        if (failure is not null)
        {
            if (!_disposing.IsCancellationRequested)
            {
                ConnectionLog.ConnectFailed(_settings.Logger, Node.Endpoint, failure.Message);
            }

            HandBack(request, failure);
        }
        else if (isSuperfluous)
        {
            await connection.CloseAsync(new RedisConnectionException("The connection is not needed.")).ConfigureAwait(false);
        }
        else if (request is not null)
        {
            SendFirst(request, connection);
        }
    }

    private void SendFirst(PendingRequest request, DedicatedConnection connection)
    {
        if (!connection.TrySend(request))
        {
            Send(request);
        }
    }

    // Under the lock.
    private void Admit(DedicatedConnection connection, bool isRented, bool isSuperfluous)
    {
        if (isSuperfluous)
        {
            connection.State = DedicatedState.Discarded;
            return;
        }

        _all = [.. _all, connection];
        if (isRented)
        {
            Rent(connection);
        }
        else
        {
            Park(connection);
        }
    }

    // Gives a call the choice to go elsewhere; if it stays, it waits for the next attempt.
    private void HandBack(PendingRequest? request, Exception cause)
    {
        if (request is null)
        {
            return;
        }

        if (request.IsCompleted)
        {
            request.ReleaseFrame();
        }
        else
        {
            Node.HandleLoss(request, new Loss(cause));
        }
    }

    private Task BackOffAsync()
    {
        int failures = Volatile.Read(ref _failures);
        return failures == 0 ? Task.CompletedTask : _settings.Clock.DelayAsync(ReconnectDelay.After(failures), _disposing);
    }

    private Task DialsEndedAsync()
    {
        lock (_gate)
        {
            return Task.WhenAll(_dials);
        }
    }

    // Under the lock: the call that has waited longest, if one still waits.
    private PendingRequest? TakeWaiting()
    {
        PendingRequest? taken = null;
        while (taken is null && _waiting.First is { } first)
        {
            _waiting.RemoveFirst();
            if (first.Value.IsCompleted)
            {
                first.Value.ReleaseFrame();
            }
            else
            {
                taken = first.Value;
            }
        }

        _hasWaiting = _waiting.Count > 0;
        return taken;
    }

    // Under the lock.
    private PendingRequest[] TakeAllWaiting()
    {
        PendingRequest[] taken = [.. _waiting];
        _waiting.Clear();
        _hasWaiting = false;
        return taken;
    }

    private void TimeOutWaiting(long now)
    {
        lock (_gate)
        {
            foreach (PendingRequest request in _waiting)
            {
                _ = request.TryTimeOut(now, Node.Endpoint, _lastError);
            }

            ForgetCompleted();
        }
    }

    // Under the lock: calls that ended otherwise.
    private void ForgetCompleted()
    {
        for (LinkedListNode<PendingRequest>? node = _waiting.First; node is not null;)
        {
            LinkedListNode<PendingRequest>? next = node.Next;
            if (node.Value.IsCompleted)
            {
                node.Value.ReleaseFrame();
                _waiting.Remove(node);
            }

            node = next;
        }

        _hasWaiting = _waiting.Count > 0;
    }
}
