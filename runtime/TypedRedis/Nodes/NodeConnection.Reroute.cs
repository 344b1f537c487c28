using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <content>What a topology asks of a node that cannot be reached.</content>
internal sealed partial class NodeConnection
{
    /// <summary>Whether requests wait because there is no connection, those that need one of their own included.</summary>
    public bool IsStalled => (_waiting.MustQueue || _dedicated.IsWaitedFor) && !IsConnected;

    /// <summary>Whether everything sent on the present connection was answered, and nothing waits.</summary>
    public bool IsIdle => !_waiting.MustQueue && (Counters is not { } counters || counters.Commands == counters.Replies);

    /// <summary>
    /// Hands requests that wait for a connection to the recovery: after a change of the topology another node may serve them, long
    /// before an attempt to connect to this one ends.
    /// </summary>
    public void ReturnWaiting()
    {
        _dedicated.ReturnWaiting();
        List<PendingRequest> waiting;
        lock (_gate)
        {
            // While others give requests back, those go before the ones that wait here.
            if (_waiting.IsGivingBack || _current is not null || _waiting.IsEmpty)
            {
                return;
            }

            _waiting.BeginGivingBack();
            waiting = _waiting.TakeAll();
        }

        foreach (PendingRequest request in waiting)
        {
            Exception cause = _lastError ?? new RedisConnectionException("There is no connection yet.") { Endpoint = Endpoint };
            if (request.IsCompleted)
            {
                request.ReleaseFrame();
            }
            else if (!_recovery.TryRecoverFromLoss(request, new Loss(cause, IsWaiting: true), this))
            {
                // It is bound to this node, so it goes on waiting here.
                SendAgain(request);
            }
        }

        EndGivingBack();
    }

    /// <summary>
    /// Ends the node's connections because it has left the cluster. What is still under way there is given to the recovery; a server that
    /// works has answered or redirected it long before.
    /// </summary>
    public async Task RetireAsync()
    {
        await CloseConnectionsAsync(new RedisConnectionException("The node has left the cluster.") { Endpoint = Endpoint }).ConfigureAwait(false);
        ReturnWaiting();
        await DisposeAsync().ConfigureAwait(false);
    }
}
