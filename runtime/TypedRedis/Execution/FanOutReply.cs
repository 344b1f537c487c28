using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Execution;

/// <summary>
/// One node's part of a command for several nodes. It goes nowhere else by itself: an error or a loss ends it, and whoever sent it decides. Its reply is
/// kept as the server sent it.
/// </summary>
internal sealed class FanOutReply : PendingReply<byte[]>, IRequestRecovery
{
    public FanOutReply(CommandInfo command, long deadline)
        : base(UndecodedDecoder.Instance)
    {
        Begin(command, bucket: -1, deadline);
    }

    public override IRequestRecovery OwnRecovery => this;

    /// <summary>What came in place of a reply; to be read once the part has failed.</summary>
    public Setback Setback { get; private set; } = Setback.Other;

    /// <summary>Whether the node may have executed the command although its reply did not come.</summary>
    public bool MayHaveExecuted { get; private set; }

    public bool TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source)
    {
        Setback = SetbackReader.Read(error, Command);
        return false;
    }

    public bool TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source)
    {
        Setback = SetbackReader.Read(loss);
        MayHaveExecuted = loss.MayHaveExecuted;
        Fail(ErrorCopy.Of(loss.Cause));
        return true;
    }

    // Another thread may still be looking at it.
    protected override void Recycle()
    {
    }
}
