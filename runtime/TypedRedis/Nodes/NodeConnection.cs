using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Nodes;

/// <summary>
/// The way to one server, as the rest of the client sees it: the connection that all callers share, those that callers have to themselves, and what both
/// together tell of the server.
/// </summary>
internal sealed class NodeConnection : INodeChannel, IAsyncDisposable
{
    private readonly Clock _clock;
    private readonly NodeLine _line;
    private readonly SharedConnection _shared;
    private readonly DedicatedConnections _dedicated;
    private readonly StallWatch _stall = new();
    private readonly NodeProbe _probe;
    private readonly CancellationTokenSource _disposed = new();

    public NodeConnection(RedisEndpoint endpoint, ConnectionSettings settings, IRequestRecovery recovery)
    {
        Endpoint = endpoint;
        _clock = settings.Clock;
        var nodeRecovery = new NodeRecovery(this, recovery, _disposed.Token);
        // Scripts are given to the server on the shared connection, so those of callers tell nothing of what it has.
        _shared = new SharedConnection(nodeRecovery, settings with { Lifecycles = [Scripts, .. settings.Lifecycles] }, _disposed.Token);
        _line = _shared.Line;
        _dedicated = new DedicatedConnections(nodeRecovery, settings, _disposed.Token);
        _probe = new NodeProbe(this, settings.Clock);
    }

    public RedisEndpoint Endpoint { get; }

    /// <inheritdoc />
    public KnownScripts Scripts { get; } = new();

    /// <inheritdoc />
    public bool IsMultiRefused { get; set; }

    public bool IsConnected => _line.IsConnected;

    /// <summary>Whether the client was disposed, or the node has left.</summary>
    public bool IsDisposed => _disposed.IsCancellationRequested;

    /// <summary>How long the set-up of the present connection took, ms; null while there is none.</summary>
    public long? SetUpMilliseconds => _line.Current is { IsClosed: false } connection ? connection.SetUpMilliseconds : null;

    /// <summary>Why the last attempt to connect failed, or the last connection ended; null while all is well.</summary>
    public Exception? LastError => _shared.LastError;

    /// <summary>Counts of the present connection; null while there is none.</summary>
    public ConnectionCounters? Counters => _line.Current?.Counters;

    /// <summary>Calls and watches admitted here that need a connection of their own, those that wait to be sent again included.</summary>
    public int DedicatedCalls => _dedicated.AdmittedCalls;

    /// <summary>Whether requests wait because there is no connection, those that need one of their own included.</summary>
    public bool IsStalled => (_line.MustQueue || _dedicated.IsWaitedFor) && !IsConnected;

    /// <summary>Whether everything sent on the present connection was answered, and nothing waits.</summary>
    public bool IsIdle => !_line.MustQueue && (Counters is not { } counters || counters.Commands == counters.Replies);

    /// <summary>Whether anything is under way here, on connections of callers' own too.</summary>
    public bool IsInUse => !IsIdle || !_line.Left.IsEmpty || _dedicated.IsInUse;

    /// <summary>Whether the node is being asked whether it works.</summary>
    public bool IsProbing => _probe.IsAsking;

    /// <summary>How long what waits for this node has seen nothing happen, ms; 0 if nothing waits. Of a connection, as of the last tick.</summary>
    public long SilentFor(long now) => _line.Current is { IsClosed: false } connection ? connection.SilentFor() : _stall.StalledFor(now);

    /// <summary>Counts of the present connections and all before them.</summary>
    public RedisConnectionStatistics GetStatistics()
    {
        var total = new ConnectionCounters();
        _dedicated.AddTo(total);
        return _line.GetStatistics(total);
    }

    /// <summary>Connects now, once, and reports why if it fails.</summary>
    /// <exception cref="RedisException">The server cannot be reached, refuses the credentials or speaks no RESP.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken) => IsConnected ? Task.CompletedTask : _shared.ConnectAsync(cancellationToken);

    /// <summary>Sends a command that was just written. Never throws; failures go to the recovery or complete the request.</summary>
    public void Send(PendingRequest request, ref RequestWriter writer) => _line.Send(request, ref writer);

    /// <inheritdoc />
    /// <remarks>One that needs a connection of its own gets one.</remarks>
    public void SendAgain(PendingRequest request)
    {
        request.RetainFrame();
        Send(request, isGivenBack: true);
    }

    /// <inheritdoc />
    public void SendNew(PendingRequest request) => Send(request, isGivenBack: false);

    /// <summary>
    /// Hands requests that wait for a connection to the recovery: after a change of the topology another node may serve them, long
    /// before an attempt to connect to this one ends.
    /// </summary>
    public void ReturnWaiting()
    {
        _dedicated.ReturnWaiting();
        _shared.ReturnWaiting();
    }

    /// <summary>
    /// Has whatever is sent from now on use new connections, for which the name is looked up again. What is in flight is still answered
    /// by the old ones. Does nothing if that was done a moment ago: 250 ms, up to 2 s if it is asked for again and again; nor while four connections that were
    /// left still owe replies.
    /// </summary>
    public void DialAnew()
    {
        if (_line.TryLeaveAgain(_clock.Now, _dedicated.HasAny))
        {
            _dedicated.Leave(LeftConnections.ErrorOf(Endpoint));
        }
    }

    /// <summary>Closes the connections that nobody needs: the shared one once everything on it is answered. Whoever sends later connects again.</summary>
    public void Leave()
    {
        _dedicated.Leave(LeftConnections.ErrorOf(Endpoint));
        _line.Leave(_clock.Now);
    }

    /// <summary>
    /// Asks a node that the cluster does not count on any more whether it works, until that is known. One that has answered works: all that was under way
    /// before was answered or redirected too. One from which nothing at all comes for 200 ms is given up: what waits for it goes to the recovery. So does what
    /// is on connections of callers' own.
    /// </summary>
    public void Probe() => _probe.Begin();

    /// <summary>Gives the node up: closes its connections, and hands to the recovery what was under way on them and what waits here.</summary>
    public async Task GiveUpAsync(RedisConnectionException cause)
    {
        await CloseConnectionsAsync(cause).ConfigureAwait(false);
        ReturnWaiting();
    }

    /// <summary>
    /// Ends the node's connections because it has left the cluster. What is still under way there is given to the recovery; a server that
    /// works has answered or redirected it long before.
    /// </summary>
    public async Task RetireAsync()
    {
        await GiveUpAsync(new RedisConnectionException("The node has left the cluster.") { Endpoint = Endpoint }).ConfigureAwait(false);
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Completes calls whose deadline has passed, and looks after the connections; to be called at each tick.</summary>
    public void TimeOut(long now)
    {
        _shared.TimeOut(now);
        _stall.Look(now, IsStalled);
        _probe.Look(now, Counters?.BytesReceived ?? 0);
        _dedicated.TimeOut(now);
        _line.TimeOut(now);
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        // Side by side: a reader that is held up by a user's code must not hold up the end of other connections.
        await Task.WhenAll(_dedicated.DisposeAsync().AsTask(), _shared.EndAsync()).ConfigureAwait(false);
    }

    private void Send(PendingRequest request, bool isGivenBack)
    {
        if (request is IDedicatedRequest)
        {
            _dedicated.Send(request);
        }
        else
        {
            _line.Send(request, isGivenBack);
        }
    }

    // Ends when everything lost has been reported, so that what waits here goes to the recovery behind it.
    private async Task CloseConnectionsAsync(RedisConnectionException cause)
    {
        Task dedicated = _dedicated.CloseAllAsync(cause);
        await _shared.CloseAsync(cause).ConfigureAwait(false);
        await dedicated.ConfigureAwait(false);
    }
}
