using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Execution;

/// <summary>
/// The place of a pipeline or a transaction among the calls that wait since nobody serves their slot. It is counted, admitted, sent on and ended as they are; when its
/// turn comes, whoever awaits it goes on there, so that the order stays.
/// </summary>
internal sealed class OwnerWait : PendingReply<bool>
{
    /// <summary>One that is about to wait.</summary>
    /// <param name="command">What is said to have waited.</param>
    /// <param name="slot">The slot; −1 if no node is known at all.</param>
    /// <param name="deadline">Moment of the client's clock by which the wait must be over.</param>
    public OwnerWait(CommandInfo command, int slot, long deadline)
        : base(Reply.Ignored)
    {
        Begin(command, slot, deadline);
        // Its bytes are with the pipeline, and not counted here.
        RetainFrame(ReadOnlySpan<byte>.Empty);
    }

    /// <summary>Its turn has come.</summary>
    public void End()
    {
        var nothing = new RespReader("_\r\n"u8);
        nothing.Read();
        if (TryComplete(ref nothing))
        {
            ((IThreadPoolWorkItem)this).Execute();
        }
    }

    // It is used once.
    protected override void Recycle()
    {
    }
}
