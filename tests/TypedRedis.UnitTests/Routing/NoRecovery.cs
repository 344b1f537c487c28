using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Routing;

/// <summary>Takes nothing over: errors and losses reach the caller.</summary>
internal sealed class NoRecovery : IRequestRecovery
{
    public static NoRecovery Instance { get; } = new();

    public bool TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source) => false;

    public bool TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source) => false;
}
