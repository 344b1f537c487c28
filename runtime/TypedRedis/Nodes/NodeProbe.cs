using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <summary>Tells a node that hangs from one that works.</summary>
/// <param name="node">The node.</param>
/// <param name="clock">The client's clock.</param>
internal sealed class NodeProbe(NodeConnection node, Clock clock)
{
    // What waits for a node that the cluster counts on no longer is not kept waiting for more than this beyond the round trips.
    private const long PatienceMilliseconds = 200;

    // The same where a connection must be made first.
    private const long PatienceWithoutConnection = 1_000;

    // A node that has been silent for so long before it was asked hangs, as a rule.
    private const long LongSilence = 1_000;

    // But it may also have held its clients up while it was handing over to its successor, for seconds if that lags behind: then it answers as soon as it has heard that
    // it is done. That is as little time as a message between nodes takes.
    private const long PatienceAfterLongSilence = 60;

    private int _isAsking;
    private volatile ProbeWatch[] _watches = [];

    /// <summary>Whether that is not known yet.</summary>
    public bool IsAsking => Volatile.Read(ref _isAsking) != 0;

    /// <summary>Asks the node, until it is known whether it works, and gives it up if it does not.</summary>
    public void Begin()
    {
        if (Interlocked.Exchange(ref _isAsking, 1) == 0)
        {
            _ = RunAsync();
        }
    }

    /// <summary>Notes what is to be seen at this moment; to be called at each tick.</summary>
    /// <param name="now">The client's clock.</param>
    /// <param name="received">Bytes received so far.</param>
    public void Look(long now, long received)
    {
        foreach (ProbeWatch watch in _watches)
        {
            watch.Look(now, received);
        }
    }

    private async Task RunAsync()
    {
        try
        {
            while (!await TryDecideAsync().ConfigureAwait(false))
            {
                // Asked again on the next connection.
            }
        }
        finally
        {
            Volatile.Write(ref _isAsking, 0);
        }
    }

    // False: the connection was lost meanwhile, which says nothing of the next one.
    private async Task<bool> TryDecideAsync()
    {
        long? setUp = node.SetUpMilliseconds;
        try
        {
            await AskAsync(setUp).ConfigureAwait(false);
        }
        catch (RedisException answer) when (answer is RedisServerException or RedisReplyException)
        {
            // An answer like any other.
        }
        catch (RedisException) when (node.IsDisposed)
        {
            // Nothing waits any more.
        }
        catch (RedisException cause) when (cause is not RedisTimeoutException && setUp is not null)
        {
            return !node.IsInUse;
        }
        catch (RedisException)
        {
            await node.GiveUpAsync(
                new RedisConnectionException("The cluster does not count on this node any more, and it does not answer.") { Endpoint = node.Endpoint }).ConfigureAwait(false);
        }

        return true;
    }

    // Ends with a RedisTimeoutException after a silence that was too long.
    private async Task AskAsync(long? setUp)
    {
        PendingReply<string> reply = Ping.Rent(deadline: long.MaxValue);
        var result = new ValueTask<string>(reply, reply.Token);
        _watches = WatchesFor(reply, setUp);
        try
        {
            // As a call that was admitted before: where no further one may wait, a refusal would be taken for silence.
            reply.RetainFrame(Ping.Frame);
            node.SendAgain(reply);
            await result.ConfigureAwait(false);
        }
        finally
        {
            _watches = [];
        }
    }

    private ProbeWatch[] WatchesFor(PendingRequest question, long? setUp)
    {
        long now = clock.Now;
        if (setUp is not { } roundTrips)
        {
            return [new ProbeWatch(question, PatienceWithoutConnection, HeldUpFor(PatienceMilliseconds), now)];
        }

        var watch = new ProbeWatch(question, PatienceMilliseconds + roundTrips, HeldUpFor(PatienceMilliseconds), now);
        // The shorter the patience, the less this process may have been held up meanwhile. Where that is so again and again, the other watch counts.
        return node.SilentFor(now) >= LongSilence
            ? [new ProbeWatch(question, PatienceAfterLongSilence + roundTrips, HeldUpFor(PatienceAfterLongSilence), now), watch]
            : [watch];
    }

    // Half of the patience: what came before a pause of this length and what comes after it are not added up.
    private static long HeldUpFor(long patience) => patience / 2;
}
