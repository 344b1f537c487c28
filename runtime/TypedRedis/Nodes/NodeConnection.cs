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
    private readonly LinkedList<PendingRequest> _waiting = new();
    private readonly WaitingLimit _limit;
    private readonly ConnectionCounters _ended = new();
    private LinkedListNode<PendingRequest>? _lastRecovered;
    // How many parties (lost connections, failed attempts) are giving requests back at this moment.
    private int _givingBack;
    private volatile RespConnection? _current;
    private volatile bool _hasWaiting;
    private volatile Exception? _lastError;
    private Task? _connecting;

    public NodeConnection(RedisEndpoint endpoint, ConnectionSettings settings, IRequestRecovery recovery)
    {
        Endpoint = endpoint;
        _settings = settings;
        _recovery = GuardedRecovery.Around(recovery);
        _limit = new WaitingLimit(settings.MaxWaitingCommands, settings.MaxWaitingBytes);
        _events = new ConnectionEvents(this);
        _dedicated = new DedicatedConnections(this, settings, _recovery, _disposed.Token);
    }

    public RedisEndpoint Endpoint { get; }

    /// <inheritdoc />
    public KnownScripts Scripts { get; } = new();

    /// <inheritdoc />
    public bool IsMultiRefused { get; set; }

    public bool IsConnected => _current is { IsClosed: false };

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

            if (_leaving is { } leaving)
            {
                total.Add(leaving.Counters);
            }

            isConnected = IsConnected;
        }

        _dedicated.AddTo(total);
        return total.ToStatistics(Endpoint, isConnected) with
        {
            Waiting = _limit.Commands,
            WaitingBytes = _limit.Bytes,
            Refused = _limit.Refused,
        };
    }

    /// <summary>Sends a command that was just written. Never throws; failures go to the recovery or complete the request.</summary>
    public void Send(PendingRequest request, ref RequestWriter writer)
    {
        if (!_hasWaiting && _current is { } connection && connection.TrySend(request, ref writer) == SendOutcome.Sent)
        {
            return;
        }

        request.RetainFrame(writer.Frame);
        Wait(request, recovered: false);
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

        if (!_hasWaiting && _current is { } connection && connection.TrySend(request) == SendOutcome.Sent)
        {
            return;
        }

        Wait(request, recovered: true);
    }

    /// <inheritdoc />
    public void SendNew(PendingRequest request)
    {
        if (request is IDedicatedRequest)
        {
            _dedicated.Send(request);
            return;
        }

        if (!_hasWaiting && _current is { } connection && connection.TrySend(request) == SendOutcome.Sent)
        {
            return;
        }

        Wait(request, recovered: false);
    }

    /// <summary>Completes calls whose deadline has passed.</summary>
    public void TimeOut(long now)
    {
        _current?.TimeOut(now, mayPing: true);
        TimeOutLeaving(now);
        NoteStall(now);
        _probe?.Look(now, Counters?.BytesReceived ?? 0);
        _dedicated.TimeOut(now);
        if (!_hasWaiting)
        {
            return;
        }

        lock (_gate)
        {
            for (LinkedListNode<PendingRequest>? node = _waiting.First; node is not null;)
            {
                LinkedListNode<PendingRequest>? next = node.Next;
                _ = node.Value.TryTimeOut(now, Endpoint, _lastError);
                if (node.Value.IsCompleted)
                {
                    node.Value.ReleaseFrame();
                    Remove(node);
                }

                node = next;
            }

            _hasWaiting = _waiting.Count > 0 || _givingBack > 0;
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

        if (_leaving is { } leaving)
        {
            await leaving.CloseAsync(ErrorCopy.Disposed()).ConfigureAwait(false);
        }

        List<PendingRequest> waiting;
        lock (_gate)
        {
            waiting = TakeWaiting();
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

        Loss final = _disposed.IsCancellationRequested ? loss with { Cause = ErrorCopy.Disposed() } : loss;
        _ = _recovery.TryRecoverFromLoss(request, final, this);
    }

    private void Wait(PendingRequest request, bool recovered)
    {
        RedisException? refusal;
        RespConnection? drainedTo = null;
        lock (_gate)
        {
            refusal = _disposed.IsCancellationRequested ? ErrorCopy.Disposed()
                : BreakCauseOf(request) is { } cause ? ErrorCopy.Of(cause)
                : recovered || _limit.HasRoomFor(request) ? null
                : _limit.Refuse(_lastError);
            if (refusal is null)
            {
                Queue(request, recovered);
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
        List<(PendingRequest Request, Exception Cause)>? tied = null;
        lock (_gate)
        {
            for (LinkedListNode<PendingRequest>? node = _waiting.First; node is not null;)
            {
                LinkedListNode<PendingRequest>? next = node.Next;
                if (BreakCauseOf(node.Value) is { } cause)
                {
                    (tied ??= []).Add((node.Value, cause));
                    Remove(node);
                }

                node = next;
            }
        }

        foreach ((PendingRequest request, Exception cause) in tied ?? [])
        {
            request.Fail(ErrorCopy.Of(cause));
        }
    }

    // Under the lock. What is given back was called before anything that arrives now, so it goes first. Not a part of a pipeline: one that was sent
    // again before it may wait here already, and the pipeline takes back itself what must stay behind.
    private void Queue(PendingRequest request, bool recovered)
    {
        _hasWaiting = true;
        _limit.Add(request);
        if (!recovered || _givingBack == 0 || request.IsBatch)
        {
            _waiting.AddLast(request);
        }
        else
        {
            _lastRecovered = _lastRecovered is null ? _waiting.AddFirst(request) : _waiting.AddAfter(_lastRecovered, request);
        }
    }

    // Under the lock: moves waiting requests to the connection as long as it takes them. Whoever calls this flushes the connection returned, if
    // there is one, after the lock: a send that takes its time must hold up no other caller.
    private RespConnection? DrainWaiting()
    {
        if (_current is not { } connection || _givingBack > 0 || _waiting.First is null)
        {
            _hasWaiting = _waiting.First is not null || _givingBack > 0;
            return null;
        }

        while (_waiting.First is { } first)
        {
            // Looked at before: an answered request may be another call's at once.
            int length = WaitingLimit.LengthOf(first.Value);
            if (first.Value.IsCompleted)
            {
                first.Value.ReleaseFrame();
            }
            else if (BreakCauseOf(first.Value) is { } cause)
            {
                first.Value.Fail(ErrorCopy.Of(cause));
            }
            else if (connection.TryAppend(first.Value) != SendOutcome.Sent)
            {
                return connection;
            }

            Remove(first, length);
        }

        _hasWaiting = false;
        return connection;
    }

    private void Remove(LinkedListNode<PendingRequest> node) => Remove(node, WaitingLimit.LengthOf(node.Value));

    private void Remove(LinkedListNode<PendingRequest> node, int length)
    {
        _limit.Remove(length);
        if (node == _lastRecovered)
        {
            _lastRecovered = node.Previous;
        }

        _waiting.Remove(node);
    }

    // Under the lock.
    private void ConnectIfNeeded()
    {
        if (_waiting.Count > 0 && _givingBack == 0 && _current is null && _connecting is null && !_disposed.IsCancellationRequested)
        {
            _connecting = Task.Run(ConnectLoopAsync);
        }
    }

    // Under the lock.
    private List<PendingRequest> TakeWaiting()
    {
        var taken = new List<PendingRequest>(_waiting);
        _waiting.Clear();
        _limit.Clear();
        _lastRecovered = null;
        _hasWaiting = _givingBack > 0;
        return taken;
    }

    // Under the lock: from here on, requests that arrive queue behind those which are about to be given back.
    private void BeginGivingBack()
    {
        _givingBack++;
        _hasWaiting = true;
    }

    // Not under the lock.
    private void EndGivingBack()
    {
        RespConnection? drainedTo = null;
        lock (_gate)
        {
            if (--_givingBack == 0)
            {
                _lastRecovered = null;
                _hasWaiting = _waiting.Count > 0;
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
                node.BeginGivingBack();
                node._ended.Add(connection.Counters);
                if (node._current == connection)
                {
                    node._lastError = cause;
                    node._current = null;
                    node.NoteLifetime(connection);
                }
                else if (node._leaving == connection)
                {
                    node._leaving = null;
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
