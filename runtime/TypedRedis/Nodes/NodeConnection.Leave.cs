using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <content>Leaving a server that answers but is not the one that is meant: its name may lead to another one by now.</content>
internal sealed partial class NodeConnection
{
    // Guarded by the lock.
    private readonly LeftConnections _left = new();
    private readonly RedialPace _redialPace = new();

    /// <summary>
    /// Has whatever is sent from now on use new connections, for which the name is looked up again. What is in flight is still answered
    /// by the old ones. Does nothing if that was done a moment ago: 250 ms, up to 2 s if it is asked for again and again; nor while four connections that were
    /// left still owe replies.
    /// </summary>
    public void DialAnew()
    {
        long now = _settings.Clock.Now;
        lock (_gate)
        {
            RespConnection? connection = _current is { IsClosed: false } current ? current : null;
            if ((connection is null && !_dedicated.HasAny) || _left.IsFull || !_redialPace.TryBegin(now))
            {
                return;
            }

            if (connection is not null)
            {
                Leave(connection, now);
            }
        }

        _dedicated.Leave(Left());
    }

    /// <summary>Closes the connections that nobody needs: the shared one once everything on it is answered. Whoever sends later connects again.</summary>
    public void Leave()
    {
        _dedicated.Leave(Left());
        lock (_gate)
        {
            if (_current is { IsClosed: false } connection)
            {
                Leave(connection, _settings.Clock.Now);
            }
        }
    }

    /// <summary>The error of a connection that is not used any more.</summary>
    public RedisConnectionException Left() => new("The server could not serve or is not needed any more, so it was left.") { Endpoint = Endpoint };

    // Under the lock.
    private void Leave(RespConnection connection, long now)
    {
        _left.Add(connection, now);
        _current = null;
        // What waits for room on it need not wait for its end.
        ConnectIfNeeded();
    }
}
