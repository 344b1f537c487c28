using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <content>Leaving a server that answers but is not the one that is meant: its name may lead to another one by now.</content>
internal sealed partial class NodeConnection
{
    // Its replies are still awaited, and nothing more is sent on it.
    private volatile RespConnection? _leaving;

    // Guarded by the lock.
    private readonly RedialPace _redialPace = new();

    /// <summary>
    /// Has whatever is sent from now on use a new connection, for which the name is looked up again. What is in flight is still answered
    /// by the old one. Does nothing if that was done a moment ago: 250 ms, up to 2 s if it is asked for again and again.
    /// </summary>
    public void DialAnew()
    {
        _dedicated.CloseIdle(Left());
        long now = _settings.Clock.Now;
        lock (_gate)
        {
            if (_leaving is null && _current is { IsClosed: false } connection && _redialPace.TryBegin(now))
            {
                Leave(connection, now);
            }
        }
    }

    /// <summary>Closes the connections that nobody needs: the shared one once everything on it is answered. Whoever sends later connects again.</summary>
    public void Leave()
    {
        _dedicated.CloseIdle(Left());
        lock (_gate)
        {
            if (_leaving is null && _current is { IsClosed: false } connection)
            {
                Leave(connection, _settings.Clock.Now);
            }
        }
    }

    // Under the lock.
    private void Leave(RespConnection connection, long now)
    {
        _redialPace.NoteLeft(now);
        _leaving = connection;
        _current = null;
        // What waits for room on it need not wait for its end.
        ConnectIfNeeded();
    }

    // Not before the shortest stay is over: a caller may just have taken it.
    private void TimeOutLeaving(long now)
    {
        if (_leaving is not { } leaving)
        {
            return;
        }

        leaving.TimeOut(now, mayPing: false);
        if (_redialPace.MayClose(now))
        {
            leaving.CloseIfIdle(Left());
        }
    }

    private RedisConnectionException Left() => new("The server could not serve or is not needed any more, so it was left.") { Endpoint = Endpoint };
}
