using Microsoft.Extensions.Logging;
using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Nodes;

/// <summary>
/// The way to one server: connects when first needed, connects again after a loss, and lets requests wait in order while there is
/// no connection or no room on it.
/// </summary>
internal sealed partial class NodeConnection : INodeChannel, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ConnectionSettings _settings;
    private readonly IRequestRecovery _recovery;
    private readonly ConnectionEvents _events;
    private readonly DedicatedConnections _dedicated;
    private readonly CancellationTokenSource _disposed = new();
    private readonly ConnectionCounters _ended = new();
    private readonly NodeProbe _probe;

    // Guarded by the lock.
    private readonly WaitingLine _waiting;
    private volatile RespConnection? _current;
    private volatile Exception? _lastError;
    private Task? _connecting;

    public NodeConnection(RedisEndpoint endpoint, ConnectionSettings settings, IRequestRecovery recovery)
    {
        Endpoint = endpoint;
        _settings = settings with { Lifecycles = [Scripts, .. settings.Lifecycles] };
        _recovery = GuardedRecovery.Around(recovery);
        _waiting = new WaitingLine(new WaitingLimit(settings.MaxWaitingCommands, settings.MaxWaitingBytes));
        _probe = new NodeProbe(this, settings.Clock);
        _events = new ConnectionEvents(this);
        _dedicated = new DedicatedConnections(this, settings, _recovery, _disposed.Token);
    }

    public RedisEndpoint Endpoint { get; }

    /// <inheritdoc />
    public KnownScripts Scripts { get; } = new();

    /// <inheritdoc />
    public bool IsMultiRefused { get; set; }

    public bool IsConnected => _current is { IsClosed: false };

    /// <summary>Whether the client was disposed, or the node has left.</summary>
    public bool IsDisposed => _disposed.IsCancellationRequested;

    /// <summary>How long the set-up of the present connection took, ms; null while there is none.</summary>
    public long? SetUpMilliseconds => _current is { IsClosed: false } connection ? connection.SetUpMilliseconds : null;

    /// <summary>Why the last attempt to connect failed, or the last connection ended; null while all is well.</summary>
    public Exception? LastError => _lastError;

    /// <summary>Counts of the present connection; null while there is none.</summary>
    public ConnectionCounters? Counters => _current?.Counters;

    /// <summary>Counts of the present connections and all before them.</summary>
    public RedisConnectionStatistics GetStatistics()
    {
        var total = new ConnectionCounters();
        bool isConnected;
        lock (_gate)
        {
            // A connection that ends goes from one to the other under the lock, so it counts once.
            total.Add(_ended);
            if (_current is { } connection)
            {
                total.Add(connection.Counters);
            }

            _left.AddTo(total);
            isConnected = IsConnected;
        }

        _dedicated.AddTo(total);
        return total.ToStatistics(Endpoint, isConnected) with
        {
            Waiting = _waiting.Commands,
            WaitingBytes = _waiting.Bytes,
            Refused = _waiting.Refused,
        };
    }

    /// <summary>Sends a command that was just written. Never throws; failures go to the recovery or complete the request.</summary>
    public void Send(PendingRequest request, ref RequestWriter writer)
    {
        if (!_waiting.MustQueue && _current is { } connection && connection.TrySend(request, ref writer) == SendOutcome.Sent)
        {
            return;
        }

        request.RetainFrame(writer.Frame);
        Wait(request, isGivenBack: false);
    }

    /// <inheritdoc />
    /// <remarks>One that needs a connection of its own gets one.</remarks>
    public void SendAgain(PendingRequest request)
    {
        request.RetainFrame();
        if (request is IDedicatedRequest)
        {
            _dedicated.Send(request);
            return;
        }

        if (!_waiting.MustQueue && _current is { } connection && connection.TrySend(request) == SendOutcome.Sent)
        {
            return;
        }

        Wait(request, isGivenBack: true);
    }

    /// <inheritdoc />
    public void SendNew(PendingRequest request)
    {
        if (request is IDedicatedRequest)
        {
            _dedicated.Send(request);
            return;
        }

        if (!_waiting.MustQueue && _current is { } connection && connection.TrySend(request) == SendOutcome.Sent)
        {
            return;
        }

        Wait(request, isGivenBack: false);
    }

    /// <summary>Completes calls whose deadline has passed.</summary>
    public void TimeOut(long now)
    {
        TimeOutCurrent(now);
        _left.TimeOut(now, Left);
        NoteStall(now);
        _probe.Look(now, Counters?.BytesReceived ?? 0);
        _dedicated.TimeOut(now);
        if (!_waiting.MustQueue)
        {
            return;
        }

        lock (_gate)
        {
            _waiting.TimeOut(now, Endpoint, _lastError);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        await _dedicated.DisposeAsync().ConfigureAwait(false);
        Task? connecting;
        lock (_gate)
        {
            // Whoever has the lock later sees that the node is disposed and starts nothing.
            connecting = _connecting;
        }

        if (connecting is not null)
        {
            await connecting.ConfigureAwait(false);
        }

        if (_current is { } connection)
        {
            await connection.CloseAsync(ErrorCopy.Disposed()).ConfigureAwait(false);
        }

        await _left.CloseAllAsync(ErrorCopy.Disposed()).ConfigureAwait(false);

        List<PendingRequest> waiting;
        lock (_gate)
        {
            waiting = _waiting.TakeAll();
        }

        foreach (PendingRequest request in waiting)
        {
            request.Fail(ErrorCopy.Disposed());
        }
    }

    /// <summary>Gives a request that was lost with a connection to the recovery.</summary>
    public void HandleLoss(PendingRequest request, in Loss loss)
    {
        if (loss.MayHaveExecuted)
        {
            request.NoteMayHaveExecuted();
        }

        Loss final = IsDisposed ? loss with { Cause = ErrorCopy.Disposed() } : loss;
        _ = _recovery.TryRecoverFromLoss(request, final, this);
    }

    private void Wait(PendingRequest request, bool isGivenBack)
    {
        RedisException? refusal;
        RespConnection? drainedTo = null;
        lock (_gate)
        {
            refusal = IsDisposed ? ErrorCopy.Disposed()
                : BreakCauseOf(request) is { } cause ? ErrorCopy.Of(cause)
                : isGivenBack ? null
                : _waiting.RefusalOf(request, _lastError);
            if (refusal is null)
            {
                _waiting.Add(request, isGivenBack);
                drainedTo = DrainWaiting();
                ConnectIfNeeded();
            }
        }

        drainedTo?.FlushAppended();
        if (refusal is not null)
        {
            request.Fail(refusal);
        }
    }

    // Under the lock. Not null: the connection it is tied to has ended or takes nothing new, so there is no other one for it.
    private Exception? BreakCauseOf(PendingRequest request) =>
        request.IsBatch && ((PendingBatch)request).Tie is { } tie && tie.IsBroken(_current)
            ? tie.CloseCause ?? new RedisConnectionException("The connection that has taken the commands before takes no further ones.") { Endpoint = Endpoint }
            : null;

    // What waits and is tied to the connection that has just ended does not go over the next one.
    private void ReturnTied()
    {
        List<(PendingRequest Request, Exception Cause)> tied = [];
        lock (_gate)
        {
            _ = _waiting.Take(request =>
            {
                Exception? cause = BreakCauseOf(request);
                if (cause is not null)
                {
                    tied.Add((request, cause));
                }

                return cause is not null;
            });
        }

        foreach ((PendingRequest request, Exception cause) in tied)
        {
            request.Fail(ErrorCopy.Of(cause));
        }
    }

    // Under the lock: moves waiting requests to the connection as long as it takes them. Whoever calls this flushes the connection returned, if
    // there is one, after the lock: a send that takes its time must hold up no other caller.
    private RespConnection? DrainWaiting()
    {
        if (_current is not { } connection || _waiting.IsGivingBack || _waiting.IsEmpty)
        {
            return null;
        }

        _waiting.TakeWhile(request =>
        {
            if (BreakCauseOf(request) is { } cause)
            {
                request.Fail(ErrorCopy.Of(cause));
                return true;
            }

            return connection.TryAppend(request) == SendOutcome.Sent;
        });
        return connection;
    }

    // Under the lock.
    private void ConnectIfNeeded()
    {
        if (!_waiting.IsEmpty && !_waiting.IsGivingBack && _current is null && _connecting is null && !IsDisposed)
        {
            _connecting = Task.Run(ConnectLoopAsync);
        }
    }

    // Not under the lock.
    private void EndGivingBack()
    {
        RespConnection? drainedTo = null;
        lock (_gate)
        {
            if (_waiting.EndGivingBack())
            {
                drainedTo = DrainWaiting();
                ConnectIfNeeded();
            }
        }

        drainedTo?.FlushAppended();
    }

    private sealed class ConnectionEvents(NodeConnection node) : IConnectionOwner
    {
        public bool OnError(PendingRequest request, in ErrorReply error) => node._recovery.TryRecoverFromError(request, error, node);

        public void OnRoom(RespConnection connection)
        {
            RespConnection? drainedTo;
            lock (node._gate)
            {
                drainedTo = node.DrainWaiting();
            }

            drainedTo?.FlushAppended();
        }

        public void OnClosed(RespConnection connection, Exception cause)
        {
            node.LogConnectionLost(node.Endpoint, cause.Message);
            lock (node._gate)
            {
                node._waiting.BeginGivingBack();
                node._ended.Add(connection.Counters);
                if (node._current == connection)
                {
                    node._lastError = cause;
                    node._current = null;
                    node.NoteLifetime(connection);
                }
                else
                {
                    node._left.Remove(connection);
                }
            }
        }

        public void OnLost(PendingRequest request, Exception cause, bool mayHaveExecuted) =>
            node.HandleLoss(request, new Loss(cause, mayHaveExecuted));

        public void OnDrained(RespConnection connection)
        {
            node.ReturnTied();
            node.EndGivingBack();
        }
    }
}
