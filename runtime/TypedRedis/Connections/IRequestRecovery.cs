using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// Decides what becomes of requests that did not get their reply. Whoever returns true has taken the request over; it keeps its
/// frame then, and must be sent again or failed.
/// </summary>
internal interface IRequestRecovery
{
    /// <summary>A server answered with an error. Called on a reader, so it must not block.</summary>
    /// <returns>False if the error is the caller's.</returns>
    bool TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source);

    /// <summary>A connection was lost or could not be made. Called on a reader or a connect loop, so it must not block.</summary>
    /// <param name="request">The request, still in the order of its sending.</param>
    /// <param name="loss">What happened.</param>
    /// <param name="source">The node it was meant for.</param>
    /// <returns>False if the request is to go on waiting for the node, which only happens while it waits.</returns>
    bool TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source);
}

/// <summary>How a request lost its connection, or did not get one.</summary>
/// <param name="Cause">What happened to the connection.</param>
/// <param name="MayHaveExecuted">Whether bytes of the command were given to the socket.</param>
/// <param name="IsWaiting">Whether it has merely waited so far, and might go on: the question is whether it had better go elsewhere.</param>
internal readonly record struct Loss(Exception Cause, bool MayHaveExecuted = false, bool IsWaiting = false);
