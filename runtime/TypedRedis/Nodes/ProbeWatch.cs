using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <summary>
/// Ends the question whether a node works once the node has been silent for long. Fed by the client's tick: time in which this process was held up
/// does not count, since the answer may lie unread.
/// </summary>
/// <param name="question">What was asked, before it is sent. It has no deadline; it ends with a <see cref="RedisTimeoutException"/> if nothing comes.</param>
/// <param name="patienceMilliseconds">How long nothing at all may come.</param>
/// <param name="heldUpMilliseconds">A tick that comes so late tells that this process was held up.</param>
/// <param name="now">The client's clock.</param>
internal sealed class ProbeWatch(PendingRequest question, long patienceMilliseconds, long heldUpMilliseconds, long now)
{
    private readonly long _use = question.Use;
    private readonly SilenceWatch _silence = new(now, heldUpMilliseconds);

    /// <summary>Notes what is to be seen at this moment.</summary>
    /// <param name="now">The client's clock.</param>
    /// <param name="received">Bytes received so far.</param>
    public void Look(long now, long received)
    {
        _silence.Look(now, received, owed: true);
        if (_silence.SilentFor() >= patienceMilliseconds)
        {
            question.Abandon(_use, new RedisTimeoutException("The node does not answer.", null));
        }
    }
}
