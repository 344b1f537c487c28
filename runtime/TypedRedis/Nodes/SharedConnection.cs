using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Nodes;

/// <summary>
/// The connection to a node that all callers share: made when it is needed, and again after a loss. Hands to the recovery what a connection has lost, what a
/// failed attempt to connect leaves waiting, and what might be served elsewhere. Its state is that of its <see cref="NodeLine"/> and its <see cref="Connector"/>.
/// </summary>
internal sealed class SharedConnection : IConnectorOwner, IConnectionOwner
{
    private readonly NodeRecovery _recovery;
    private readonly ConnectionSettings _settings;
    private readonly Connector _connector;

    /// <summary>No connection yet.</summary>
    /// <param name="recovery">Takes over what was lost, and tells of which node.</param>
    /// <param name="settings">How to connect.</param>
    /// <param name="disposing">Nothing is sent and no connection made from then on.</param>
    public SharedConnection(NodeRecovery recovery, ConnectionSettings settings, CancellationToken disposing)
    {
        _recovery = recovery;
        _settings = settings;
        _connector = new Connector(this, settings.Clock, disposing);
        Line = new NodeLine(recovery.Endpoint, new WaitingLimit(settings.MaxWaitingCommands, settings.MaxWaitingBytes), _connector, disposing);
    }

    /// <summary>The way of requests to it.</summary>
    public NodeLine Line { get; }

    /// <summary>Why the last attempt to connect failed, or the last connection ended; null while all is well.</summary>
    public Exception? LastError => _connector.LastError;

    /// <summary>Connects now, once.</summary>
    /// <exception cref="RedisException">The server cannot be reached, refuses the credentials or speaks no RESP.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        int leavings = Line.Leavings;
        RespConnection connection = await ConnectionOpener.OpenAsync(_recovery.Endpoint, _settings, this, cancellationToken).ConfigureAwait(false);
        // Somebody else may have been faster, or the node was left meanwhile; then the connector is asked for another one by the line, if it is needed.
        bool isUsed = Line.TryUse(connection, leavings);
        // Now that it is in use: a user's logger may block.
        ConnectionLog.Connected(_settings.Logger, _recovery.Endpoint);
        if (!isUsed)
        {
            await connection.CloseAsync(new RedisConnectionException("The connection is not needed.")).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Hands requests that wait for a connection to the recovery: after a change of the topology another node may serve them, long
    /// before an attempt to connect to this one ends.
    /// </summary>
    public void ReturnWaiting()
    {
        if (Line.TryBeginGivingBack() is not { } waiting)
        {
            return;
        }

        foreach (PendingRequest request in waiting)
        {
            if (!_recovery.TryReturn(request, LastError))
            {
                // It is bound to this node, so it goes on waiting here.
                _recovery.Node.SendAgain(request);
            }
        }

        Line.EndGivingBack();
    }

    /// <summary>Completes calls in flight whose deadline has passed, ends a connection that is dead, and asks a quiet one for a sign of life.</summary>
    public void TimeOut(long now)
    {
        if (Line.Current is { } connection)
        {
            connection.TimeOut(now);
            if (connection.IsPingDue(now) && connection.TryAppendPing(now))
            {
                connection.FlushAppended();
            }
        }

        Line.Left.TimeOut(now);
    }

    /// <summary>Ends the present connection and those that were left. Is over when everything lost has been reported.</summary>
    public async Task CloseAsync(Exception cause)
    {
        // The present one first: if it is left meanwhile, it is found twice, where the other way round it could be missed. All begin to end before any
        // is waited for, since one whose reader is held up by a user's code must not hold up the others.
        Task present = Line.Current is { } connection ? connection.CloseAsync(cause).AsTask() : Task.CompletedTask;
        await Task.WhenAll(present, Line.Left.CloseAllAsync(cause)).ConfigureAwait(false);
    }

    /// <summary>Ends everything; once disposal was announced by the token.</summary>
    public async Task EndAsync()
    {
        // From here on no connection comes into use. An attempt to connect may still take its time, which nobody is to wait for who has nothing to do with it.
        foreach (PendingRequest request in Line.TakeAll())
        {
            request.Fail(ErrorCopy.Disposed());
        }

        await Task.WhenAll(CloseAsync(ErrorCopy.Disposed()), _connector.EndedAsync()).ConfigureAwait(false);
    }

    bool IConnectorOwner.NeedsConnection => Line.NeedsConnection;

    // Gives those who wait the choice to go elsewhere; who stays waits for the next attempt.
    void IConnectorOwner.OnConnectFailed(Exception cause)
    {
        foreach (PendingRequest request in Line.BeginGivingBack())
        {
            _recovery.HandBack(request, cause);
        }

        Line.EndGivingBack();
        // A user's logger may block.
        ConnectionLog.ConnectFailed(_settings.Logger, _recovery.Endpoint, cause.Message);
    }

    bool IConnectionOwner.OnError(PendingRequest request, in ErrorReply error) => _recovery.TryRecoverFromError(request, error);

    void IConnectionOwner.OnRoom(RespConnection connection) => Line.OnRoom();

    void IConnectionOwner.OnClosed(RespConnection connection, Exception cause) => Line.OnClosed(connection, cause);

    void IConnectionOwner.OnLost(PendingRequest request, Exception cause, bool mayHaveExecuted) => _recovery.HandleLoss(request, new Loss(cause, mayHaveExecuted));

    void IConnectionOwner.OnDrained(RespConnection connection)
    {
        Line.FailUntied();
        Line.EndGivingBack();
    }

    void IConnectionOwner.OnEnded(RespConnection connection, Exception cause) => ConnectionLog.Lost(_settings.Logger, _recovery.Endpoint, cause.Message);
}
