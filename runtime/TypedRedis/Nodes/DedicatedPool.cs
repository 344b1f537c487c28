using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <summary>
/// The open connections that callers have to themselves, and which of them are idle. They are used again in the order last in, first out, so that those no
/// longer needed grow old and are closed. Not synchronised but for what says that any thread reads it.
/// </summary>
internal sealed class DedicatedPool
{
    /// <summary>How long a connection may be idle, ms.</summary>
    public const long IdleMilliseconds = 30_000;

    // The oldest first.
    private readonly List<DedicatedConnection> _idle = [];
    private readonly ConnectionCounters _ended = new();
    private volatile DedicatedConnection[] _all = [];
    private int _rented;
    private int _leavings;

    /// <summary>Every connection that has not ended. Read by any thread.</summary>
    public IReadOnlyList<DedicatedConnection> All => _all;

    /// <summary>How many connections callers have. Read by any thread.</summary>
    public int Rented => Volatile.Read(ref _rented);

    /// <summary>How often all were left. A connection whose dial began before the last time may lead to the server that was left. Read by any thread.</summary>
    public int Leavings => Volatile.Read(ref _leavings);

    /// <summary>Adds a connection that a caller has at once.</summary>
    public void AddRented(DedicatedConnection connection)
    {
        _all = [.. _all, connection];
        Rent(connection);
    }

    /// <summary>Adds a connection that nobody has yet, unless there are as many as may be.</summary>
    /// <param name="connection">It is open.</param>
    /// <param name="now">The client's clock.</param>
    /// <param name="max">Most connections.</param>
    public bool TryAddIdle(DedicatedConnection connection, long now, int max)
    {
        if (_rented + _idle.Count >= max)
        {
            return false;
        }

        _all = [.. _all, connection];
        Park(connection, now);
        return true;
    }

    /// <summary>Rents the connection that was used last; null if none is idle.</summary>
    public DedicatedConnection? TryRent()
    {
        if (_idle.Count == 0)
        {
            return null;
        }

        DedicatedConnection connection = _idle[^1];
        _idle.RemoveAt(_idle.Count - 1);
        Rent(connection);
        return connection;
    }

    /// <summary>Takes back a connection that was rented.</summary>
    /// <param name="connection">It is as it was after its set-up.</param>
    /// <param name="now">The client's clock.</param>
    public void Return(DedicatedConnection connection, long now)
    {
        _rented--;
        Park(connection, now);
    }

    /// <summary>Stops counting a connection that is about to end. Does nothing when repeated.</summary>
    public void Forget(DedicatedConnection connection)
    {
        if (connection.State == DedicatedState.Idle)
        {
            _idle.Remove(connection);
        }
        else if (connection.State == DedicatedState.Rented)
        {
            _rented--;
        }

        connection.EndKeeping();
        connection.State = DedicatedState.Discarded;
    }

    /// <summary>Forgets a connection that has ended, but for what went through it.</summary>
    public void Remove(DedicatedConnection connection, ConnectionCounters counters)
    {
        Forget(connection);
        _all = Array.FindAll(_all, other => other != connection);
        _ended.Add(counters);
    }

    /// <summary>Forgets the connections that nobody has at the moment, and has the others not used again.</summary>
    /// <returns>Those forgotten, which are to be ended.</returns>
    public DedicatedConnection[] Leave()
    {
        Volatile.Write(ref _leavings, _leavings + 1);
        foreach (DedicatedConnection connection in _all)
        {
            connection.IsLeft = true;
        }

        DedicatedConnection[] idle = [.. _idle];
        foreach (DedicatedConnection connection in idle)
        {
            Forget(connection);
        }

        return idle;
    }

    /// <summary>Forgets connections that have been idle for long.</summary>
    /// <returns>Those forgotten, which are to be ended; null if there are none.</returns>
    public List<DedicatedConnection>? ForgetOld(long now)
    {
        List<DedicatedConnection>? old = null;
        while (_idle.Count > 0 && now - _idle[0].IdleSince >= IdleMilliseconds)
        {
            (old ??= []).Add(_idle[0]);
            Forget(_idle[0]);
        }

        return old;
    }

    /// <summary>Adds what went through all connections, ended ones included.</summary>
    public void AddTo(ConnectionCounters total)
    {
        total.Add(_ended);
        foreach (DedicatedConnection connection in _all)
        {
            total.Add(connection.Counters);
        }
    }

    private void Rent(DedicatedConnection connection)
    {
        connection.State = DedicatedState.Rented;
        _rented++;
    }

    private void Park(DedicatedConnection connection, long now)
    {
        connection.State = DedicatedState.Idle;
        connection.IdleSince = now;
        _idle.Add(connection);
    }
}
