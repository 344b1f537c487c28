using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <content>Whether the node is silent, and giving it up.</content>
internal sealed partial class NodeConnection
{
    private long _stalledSince = long.MaxValue;

    /// <summary>Calls and watches admitted here that need a connection of their own, those that wait to be sent again included.</summary>
    public int DedicatedCalls => _dedicated.AdmittedCalls;

    /// <summary>Whether anything is under way here, on connections of callers' own too.</summary>
    public bool IsInUse => !IsIdle || !_left.IsEmpty || _dedicated.IsInUse;

    /// <summary>How long what waits for this node has seen nothing happen, ms; 0 if nothing waits. Of a connection, as of the last tick.</summary>
    public long SilentFor(long now) => _current is { IsClosed: false } connection
        ? connection.SilentFor()
        : Math.Max(0, now - Volatile.Read(ref _stalledSince));

    /// <summary>
    /// Asks a node that the cluster does not count on any more whether it works, until that is known. One that has answered works: all that was under way
    /// before was answered or redirected too. One from which nothing at all comes for 200 ms is given up: what waits for it goes to the recovery. So does what
    /// is on connections of callers' own.
    /// </summary>
    public void Probe() => _probe.Begin();

    /// <summary>Gives the node up: closes its connections, and hands to the recovery what was under way on them and what waits here.</summary>
    public async Task GiveUpAsync(RedisConnectionException cause)
    {
        await CloseConnectionsAsync(cause).ConfigureAwait(false);
        ReturnWaiting();
    }

    // Ends when everything lost has been reported, so that what waits here goes to the recovery behind it.
    private async Task CloseConnectionsAsync(RedisConnectionException cause)
    {
        Task dedicated = _dedicated.CloseAllAsync(cause);
        // In this order: a connection that is left meanwhile is among those closed next. The other way round it could be missed.
        if (_current is { } connection)
        {
            await connection.CloseAsync(cause).ConfigureAwait(false);
        }

        await _left.CloseAllAsync(cause).ConfigureAwait(false);
        await dedicated.ConfigureAwait(false);
    }

    private void TimeOutCurrent(long now)
    {
        if (_current is not { } connection)
        {
            return;
        }

        connection.TimeOut(now);
        if (connection.IsPingDue(now) && connection.TryAppendPing(now))
        {
            connection.FlushAppended();
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
