using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Nodes;

/// <summary>
/// A recovery from which nothing is thrown: it runs code of users (a translation of addresses), in the midst of requests that it has not
/// been asked about yet. A request it could not decide about fails with what was thrown.
/// </summary>
internal sealed class GuardedRecovery : IRequestRecovery
{
    private readonly IRequestRecovery _recovery;

    private GuardedRecovery(IRequestRecovery recovery) => _recovery = recovery;

    public static IRequestRecovery Around(IRequestRecovery recovery) => recovery as GuardedRecovery ?? new GuardedRecovery(recovery);

    public bool TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source)
    {
        long use = request.Use;
        try
        {
            return (request.OwnRecovery ?? _recovery).TryRecoverFromError(request, error, source);
        }
        catch (Exception thrown)
        {
            request.Abandon(use, UserCode.ToError(thrown));
            return true;
        }
    }

    public bool TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source)
    {
        long use = request.Use;
        try
        {
            return (request.OwnRecovery ?? _recovery).TryRecoverFromLoss(request, loss, source);
        }
        catch (Exception thrown)
        {
            request.Abandon(use, UserCode.ToError(thrown));
            return true;
        }
    }
}
