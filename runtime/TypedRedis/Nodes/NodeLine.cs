using System.Runtime.CompilerServices;
using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Nodes;

/// <summary>
/// The way of requests to one server, in their order: over the present connection, or into a line while there is none, there is no room on it, or lost
/// requests are being given back. Whatever changes which of these holds is decided here, under one lock; nothing is sent and no recovery is called under it.
/// </summary>
internal sealed class NodeLine
{
    private readonly Lock _gate = new();
    private readonly RedisEndpoint _endpoint;
    private readonly Connector _connector;
    private readonly CancellationToken _disposing;

    // Guarded by the lock.
    private readonly WaitingLine _waiting;
    private readonly RedialPace _redialPace = new();
    private readonly ConnectionCounters _ended = new();
    private int _leavings;
    private volatile RespConnection? _current;

    /// <summary>An empty line, without a connection.</summary>
    /// <param name="endpoint">The server.</param>
    /// <param name="limit">How many requests may begin to wait.</param>
    /// <param name="connector">Asked for a connection when one is needed.</param>
    /// <param name="disposing">Nothing is taken any more from then on.</param>
    public NodeLine(RedisEndpoint endpoint, WaitingLimit limit, Connector connector, CancellationToken disposing)
    {
        _endpoint = endpoint;
        _waiting = new WaitingLine(limit);
        _connector = connector;
        _disposing = disposing;
        Left = new LeftConnections(endpoint);
    }

    /// <summary>The connection in use, which may have ended a moment ago; null if there is none.</summary>
    public RespConnection? Current => _current;

    public bool IsConnected => _current is { IsClosed: false };

    /// <summary>Whether a new request has to queue, since others wait or are about to.</summary>
    public bool MustQueue => _waiting.MustQueue;

    /// <summary>How often the node was left. A connection whose dial began before the last time may lead to the server that was left.</summary>
    public int Leavings => Volatile.Read(ref _leavings);

    /// <summary>The connections whose last replies are awaited.</summary>
    public LeftConnections Left { get; }

    /// <summary>Whether requests wait that nobody is giving back, and there is no connection.</summary>
    public bool NeedsConnection
    {
        get
        {
            lock (_gate)
            {
                return NeedsConnectionUnderLock;
            }
        }
    }

    private bool NeedsConnectionUnderLock => !_waiting.IsEmpty && !_waiting.IsGivingBack && _current is null && !_disposing.IsCancellationRequested;

    /// <summary>Counts of the present connections and all before them.</summary>
    /// <param name="total">Counts of the node's other connections, which grow by these.</param>
    public RedisConnectionStatistics GetStatistics(ConnectionCounters total)
    {
        bool isConnected;
        lock (_gate)
        {
            // A connection that ends goes from one to the other under the lock, so it counts once.
            total.Add(_ended);
            if (_current is { } connection)
            {
                total.Add(connection.Counters);
            }

            Left.AddTo(total);
            isConnected = IsConnected;
        }

        return total.ToStatistics(_endpoint, isConnected) with
        {
            Waiting = _waiting.Commands,
            WaitingBytes = _waiting.Bytes,
            Refused = _waiting.Refused,
        };
    }

    /// <summary>Sends a command that was just written, or has it wait. Never throws.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Send(PendingRequest request, ref RequestWriter writer)
    {
        if (!_waiting.MustQueue && _current is { } connection && connection.TrySend(request, ref writer) == SendOutcome.Sent)
        {
            return;
        }

        request.RetainFrame(writer.Frame);
        Wait(request, isGivenBack: false);
    }

    /// <summary>Sends a request that keeps its frame, or has it wait. Never throws.</summary>
    /// <param name="request">The request.</param>
    /// <param name="isGivenBack">Whether it was sent before, so that it is not refused for lack of room, and stands before those that arrive while others are given back.</param>
    public void Send(PendingRequest request, bool isGivenBack)
    {
        if (!_waiting.MustQueue && _current is { } connection && connection.TrySend(request) == SendOutcome.Sent)
        {
            return;
        }

        Wait(request, isGivenBack);
    }

    /// <summary>Puts a new connection to use, and sends over it what waits.</summary>
    /// <param name="connection">It is open, and nothing was sent on it yet.</param>
    /// <param name="leavings"><see cref="Leavings"/> before its dial began.</param>
    /// <returns>False if there is one, the node was left meanwhile, or nothing is taken any more: it is not to be used.</returns>
    /// <exception cref="RedisException">It has ended.</exception>
    public bool TryUse(RespConnection connection, int leavings)
    {
        RespConnection? drainedTo;
        lock (_gate)
        {
            // What ended before it was in use is reported to nobody, so it must not come into use.
            if (connection.CloseCause is { } cause)
            {
                throw ErrorCopy.Of(cause);
            }

            if (_current is not null || _disposing.IsCancellationRequested)
            {
                return false;
            }

            if (leavings != _leavings)
            {
                ConnectIfNeeded();
                return false;
            }

            _current = connection;
            _connector.NoteConnected();
            drainedTo = Drain();
        }

        drainedTo?.FlushAppended();
        return true;
    }

    /// <summary>Sends what waits for room on the present connection.</summary>
    public void OnRoom()
    {
        RespConnection? drainedTo;
        lock (_gate)
        {
            drainedTo = Drain();
        }

        drainedTo?.FlushAppended();
    }

    /// <summary>Takes a connection out of use that has ended. What arrives stands behind what is given back, until <see cref="EndGivingBack"/>.</summary>
    public void OnClosed(RespConnection connection, Exception cause)
    {
        lock (_gate)
        {
            _waiting.BeginGivingBack();
            _ended.Add(connection.Counters);
            if (_current == connection)
            {
                _connector.NoteEnded(cause, connection.WasOfUse);
                _current = null;
            }
            else
            {
                Left.Remove(connection);
            }
        }
    }

    /// <summary>Takes all that waits. What comes back until <see cref="EndGivingBack"/> stands before what arrives meanwhile.</summary>
    public List<PendingRequest> BeginGivingBack()
    {
        lock (_gate)
        {
            return TakeToGiveBack();
        }
    }

    /// <summary>The same if anything waits for a connection; not while others give requests back, since those go before the ones that wait here.</summary>
    /// <returns>What waits; null if nothing was taken, and no giving back has begun.</returns>
    public List<PendingRequest>? TryBeginGivingBack()
    {
        lock (_gate)
        {
            return _waiting.IsGivingBack || _current is not null || _waiting.IsEmpty ? null : TakeToGiveBack();
        }
    }

    /// <summary>One party has given back all it had. After the last, what waits goes over the present connection, or asks for one.</summary>
    public void EndGivingBack()
    {
        RespConnection? drainedTo = null;
        lock (_gate)
        {
            if (_waiting.EndGivingBack())
            {
                drainedTo = Drain();
                ConnectIfNeeded();
            }
        }

        drainedTo?.FlushAppended();
    }

    /// <summary>Ends what waits and is tied to a connection that has ended: it does not go over the next one.</summary>
    public void FailUntied()
    {
        lock (_gate)
        {
            _waiting.FailUntied(_current, _endpoint);
        }
    }

    /// <summary>Leaves the present connection, as <see cref="Leave"/> does, for a server that answers but is not the one that is meant.</summary>
    /// <param name="now">The client's clock.</param>
    /// <param name="hasOthers">Whether the node has other connections, so that there is something to leave without a present one too.</param>
    /// <returns>False if there is nothing to leave, if that was done a moment ago, or while too many connections that were left still owe replies.</returns>
    public bool TryLeaveAgain(long now, bool hasOthers)
    {
        lock (_gate)
        {
            RespConnection? connection = _current is { IsClosed: false } current ? current : null;
            if ((connection is null && !hasOthers) || Left.IsFull || !_redialPace.TryBegin(now))
            {
                return false;
            }

            TakeOutOfUse(connection, now);
            return true;
        }
    }

    /// <summary>Takes the present connection out of use, if there is one; what is in flight on it is still answered.</summary>
    public void Leave(long now)
    {
        lock (_gate)
        {
            TakeOutOfUse(_current is { IsClosed: false } connection ? connection : null, now);
        }
    }

    /// <summary>Completes calls that wait and whose deadline has passed.</summary>
    public void TimeOut(long now)
    {
        if (!_waiting.MustQueue)
        {
            return;
        }

        lock (_gate)
        {
            _waiting.TimeOut(now, _endpoint, _connector.LastError);
        }
    }

    /// <summary>Takes all that waits, for good; once disposal was announced, so that nothing further is taken, and no connection comes into use.</summary>
    public List<PendingRequest> TakeAll()
    {
        lock (_gate)
        {
            return _waiting.TakeAll();
        }
    }

    private void Wait(PendingRequest request, bool isGivenBack)
    {
        RedisException? refusal;
        RespConnection? drainedTo = null;
        lock (_gate)
        {
            refusal = _disposing.IsCancellationRequested ? ErrorCopy.Disposed()
                : ConnectionTie.ErrorOf(request, _current, _endpoint) ?? (isGivenBack ? null : _waiting.RefusalOf(request, _connector.LastError));
            if (refusal is null)
            {
                _waiting.Add(request, isGivenBack);
                drainedTo = Drain();
                ConnectIfNeeded();
            }
        }

        drainedTo?.FlushAppended();
        if (refusal is not null)
        {
            refusal.Endpoint ??= _endpoint;
            request.Fail(refusal);
        }
    }

    // Under the lock.
    private List<PendingRequest> TakeToGiveBack()
    {
        _waiting.BeginGivingBack();
        return _waiting.TakeAll();
    }

    // Under the lock: moves waiting requests to the connection as long as it takes them. Whoever calls this flushes the connection returned, if
    // there is one, after the lock: a send that takes its time must hold up no other caller.
    private RespConnection? Drain()
    {
        if (_current is not { } connection || _waiting.IsGivingBack || _waiting.IsEmpty)
        {
            return null;
        }

        _waiting.DrainTo(connection, _endpoint);
        return connection;
    }

    // Under the lock.
    private void TakeOutOfUse(RespConnection? connection, long now)
    {
        Volatile.Write(ref _leavings, _leavings + 1);
        if (connection is not null)
        {
            Left.Add(connection, now);
            _connector.NoteLeft(connection.WasOfUse);
            _current = null;
            // What waits for room on it need not wait for its end.
            ConnectIfNeeded();
        }
    }

    // Under the lock.
    private void ConnectIfNeeded()
    {
        if (NeedsConnectionUnderLock)
        {
            _connector.Ask();
        }
    }
}
