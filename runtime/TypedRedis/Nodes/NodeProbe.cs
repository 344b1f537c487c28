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

    private int _isAsking;
    private volatile ProbeWatch? _watch;

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
    public void Look(long now, long received) => _watch?.Look(now, received);

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
            await AskAsync(setUp is null ? PatienceWithoutConnection : PatienceMilliseconds + setUp.Value).ConfigureAwait(false);
        }
        catch (RedisServerException)
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

    // Ends with a RedisTimeoutException after a silence of this length.
    private async Task AskAsync(long patience)
    {
        PendingReply<string> reply = Ping.Rent(deadline: long.MaxValue);
        var result = new ValueTask<string>(reply, reply.Token);
        _watch = new ProbeWatch(reply, patience, clock.Now);
        try
        {
            // As a call that was admitted before: where no further one may wait, a refusal would be taken for silence.
            reply.RetainFrame(Ping.Frame);
            node.SendAgain(reply);
            await result.ConfigureAwait(false);
        }
        finally
        {
            _watch = null;
        }
    }
}
