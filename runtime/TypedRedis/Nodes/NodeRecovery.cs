using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Nodes;

/// <summary>Hands requests that a node's connections have lost, or that wait for one in vain, to the recovery. It has no state.</summary>
/// <param name="node">In whose name.</param>
/// <param name="recovery">Decides what becomes of them.</param>
/// <param name="disposing">From then on the client's disposal is the cause of every loss.</param>
internal sealed class NodeRecovery(INodeChannel node, IRequestRecovery recovery, CancellationToken disposing)
{
    private readonly IRequestRecovery _recovery = GuardedRecovery.Around(recovery);

    public INodeChannel Node => node;

    public RedisEndpoint Endpoint => node.Endpoint;

    /// <summary>Whether the client was disposed, or the node has left.</summary>
    public bool IsDisposing => disposing.IsCancellationRequested;

    /// <summary>Hands over a request that the server has answered with an error.</summary>
    /// <returns>False if the error is the caller's.</returns>
    public bool TryRecoverFromError(PendingRequest request, in ErrorReply error) => _recovery.TryRecoverFromError(request, error, node);

    /// <summary>Hands over a request that was lost with a connection, or has waited for an attempt to connect that failed.</summary>
    public void HandleLoss(PendingRequest request, in Loss loss)
    {
        if (loss.MayHaveExecuted)
        {
            request.NoteMayHaveExecuted();
        }

        Loss final = IsDisposing ? loss with { Cause = ErrorCopy.Disposed() } : loss;
        _ = _recovery.TryRecoverFromLoss(request, final, node);
    }

    /// <summary>The same for one that has waited; if it was completed meanwhile, its frame is let go of.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cause">Why there is no connection.</param>
    public void HandBack(PendingRequest request, Exception cause)
    {
        if (request.IsCompleted)
        {
            request.ReleaseFrame();
        }
        else
        {
            HandleLoss(request, new Loss(cause));
        }
    }

    /// <summary>Offers a request that might go on waiting; if it was completed meanwhile, its frame is let go of.</summary>
    /// <param name="request">The request.</param>
    /// <param name="cause">Why there is no connection; null if there was no attempt yet.</param>
    /// <returns>False if it is to go on waiting for this node.</returns>
    public bool TryReturn(PendingRequest request, Exception? cause)
    {
        if (request.IsCompleted)
        {
            request.ReleaseFrame();
            return true;
        }

        cause ??= new RedisConnectionException("There is no connection yet.") { Endpoint = Endpoint };
        return _recovery.TryRecoverFromLoss(request, new Loss(cause, IsWaiting: true), node);
    }
}
