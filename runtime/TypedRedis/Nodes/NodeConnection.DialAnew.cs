using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <content>Leaving a server that answers but is not the one that is meant: its name may lead to another one by now.</content>
internal sealed partial class NodeConnection
{
    // Names change within seconds; a server that merely loads its data must not be dialled all the time.
    private const long ShortestStay = 250;
    private const long LongestStay = 2_000;

    // After so long without a cause, the next one is acted on at once.
    private const long QuietMilliseconds = 10_000;

    // Its replies are still awaited, and nothing more is sent on it.
    private volatile RespConnection? _leaving;
    private long _stay = ShortestStay;
    private long _leftAt = long.MinValue / 2;

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
            long stayed = now - _leftAt;
            if (_leaving is not null || stayed < _stay || _current is not { IsClosed: false } connection)
            {
                return;
            }

            _stay = stayed >= QuietMilliseconds ? ShortestStay : Math.Min(_stay * 2, LongestStay);
            Leave(connection, now);
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
        _leftAt = now;
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
        if (now - _leftAt >= ShortestStay)
        {
            leaving.CloseIfIdle(Left());
        }
    }

    private RedisConnectionException Left() => new("The server could not serve or is not needed any more, so it was left.") { Endpoint = Endpoint };
}
