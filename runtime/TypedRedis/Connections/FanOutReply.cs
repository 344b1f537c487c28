using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// One node's part of a command for several nodes. It goes nowhere else by itself: a loss ends it, and whoever sent it decides. Its reply is kept
/// as the server sent it.
/// </summary>
internal sealed class FanOutReply : PendingReply<byte[]>
{
    public FanOutReply(CommandInfo command, long deadline)
        : base(UndecodedDecoder.Instance)
    {
        IsPinned = true;
        Begin(command, slot: -1, deadline);
    }

    /// <summary>Whether the node may have executed the command although its reply did not come.</summary>
    public bool MayHaveExecuted { get; private set; }

    /// <summary>Ends the part because its connection was lost or could not be made.</summary>
    /// <param name="cause">What happened to the connection.</param>
    /// <param name="mayHaveExecuted">Whether bytes of the command were given to the socket.</param>
    /// <param name="mayRepeat">Whether the command may be sent again nevertheless.</param>
    public void Lose(Exception cause, bool mayHaveExecuted, bool mayRepeat)
    {
        MayHaveExecuted = mayHaveExecuted;
        Fail(mayHaveExecuted && !mayRepeat ? OutcomeUnknown.After(cause) : NodeConnection.CopyFor(cause));
    }

    // Another thread may still be looking at it.
    protected override void Recycle()
    {
    }
}
