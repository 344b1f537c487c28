using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// Decides what becomes of requests that did not get their reply. Whoever returns true has taken the request over; it keeps its
/// frame then, and must be sent again or failed.
/// </summary>
internal interface IRequestRecovery
{
    /// <summary>A server answered with an error. Called on a reader, so it must not block.</summary>
    bool TryRecoverFromError(PendingRequest request, in ErrorReply error, NodeConnection source);

    /// <summary>A connection was lost or could not be made. Called on a reader or a connect loop, so it must not block.</summary>
    /// <param name="request">The request, still in the order of its sending.</param>
    /// <param name="cause">What happened to the connection.</param>
    /// <param name="mayHaveExecuted">Whether bytes of the command were given to the socket.</param>
    /// <param name="source">The node it was meant for.</param>
    bool TryRecoverFromLoss(PendingRequest request, Exception cause, bool mayHaveExecuted, NodeConnection source);
}
