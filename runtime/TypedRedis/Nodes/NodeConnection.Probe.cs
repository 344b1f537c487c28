using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <content>Telling a node that hangs from one that works, and giving it up.</content>
internal sealed partial class NodeConnection
{
    // What waits for a node that the cluster counts on no longer is not kept waiting for more than this beyond the round trips.
    private const long PatienceMilliseconds = 200;

    // The same where a connection must be made first.
    private const long PatienceWithoutConnection = 1_000;

    private long _stalledSince = long.MaxValue;
    private int _probing;
    private volatile ProbeWatch? _probe;

    /// <summary>Whether anything is under way here, on connections of callers' own too.</summary>
    public bool IsInUse => !IsIdle || _leaving is not null || _dedicated.IsInUse;

    /// <summary>How long what waits for this node has seen nothing happen, ms; 0 if nothing waits. As of the last tick.</summary>
    public long SilentFor(long now) => _current is { IsClosed: false } connection
        ? connection.SilentFor(now)
        : Math.Max(0, now - Volatile.Read(ref _stalledSince));

    /// <summary>
    /// Asks a node that the cluster does not count on any more whether it works, until that is known. One that has answered works: all that was under way
    /// before was answered or redirected too. One from which nothing at all comes for 200 ms is given up: what waits for it goes to the recovery. So does what
    /// is on connections of callers' own.
    /// </summary>
    public void Probe()
    {
        if (Interlocked.Exchange(ref _probing, 1) == 0)
        {
            _ = ProbeAsync();
        }
    }

    private async Task ProbeAsync()
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
            Volatile.Write(ref _probing, 0);
        }
    }

    // False: the connection was lost meanwhile, which says nothing of the next one.
    private async Task<bool> TryDecideAsync()
    {
        RespConnection? asked = _current is { IsClosed: false } open ? open : null;
        try
        {
            await AskAsync(asked is null ? PatienceWithoutConnection : PatienceMilliseconds + asked.SetUpMilliseconds).ConfigureAwait(false);
        }
        catch (RedisServerException)
        {
            // An answer like any other.
        }
        catch (RedisException) when (_disposed.IsCancellationRequested)
        {
            // Nothing waits any more.
        }
        catch (RedisException cause) when (cause is not RedisTimeoutException && asked is not null)
        {
            return !IsInUse;
        }
        catch (RedisException)
        {
            await CloseConnectionsAsync(
                new RedisConnectionException("The cluster does not count on this node any more, and it does not answer.") { Endpoint = Endpoint }).ConfigureAwait(false);
            ReturnWaiting();
        }

        return true;
    }

    // Ends when everything lost has been reported, so that what waits here goes to the recovery behind it.
    private async Task CloseConnectionsAsync(RedisConnectionException cause)
    {
        Task dedicated = _dedicated.CloseAllAsync(cause);
        if (_leaving is { } leaving)
        {
            await leaving.CloseAsync(cause).ConfigureAwait(false);
        }

        if (_current is { } connection)
        {
            await connection.CloseAsync(cause).ConfigureAwait(false);
        }

        await dedicated.ConfigureAwait(false);
    }

    // Ends with a RedisTimeoutException after a silence of this length.
    private async Task AskAsync(long patience)
    {
        PendingReply<string> reply = Ping.Rent(deadline: long.MaxValue);
        var result = new ValueTask<string>(reply, reply.Token);
        _probe = new ProbeWatch(reply, patience, _settings.Clock.Now);
        try
        {
            // As a call that was admitted before: where no further one may wait, a refusal would be taken for silence.
            reply.RetainFrame(Ping.Frame);
            SendAgain(reply);
            await result.ConfigureAwait(false);
        }
        finally
        {
            _probe = null;
        }
    }

    private void NoteStall(long now)
    {
        if (!IsStalled)
        {
            Volatile.Write(ref _stalledSince, long.MaxValue);
        }
        else if (_stalledSince == long.MaxValue)
        {
            Volatile.Write(ref _stalledSince, now);
        }
    }
}
