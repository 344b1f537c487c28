using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <summary>
/// Connections on which nothing more is sent, and whose replies are still awaited. Each is closed once all of them have come. One slow reply must not keep
/// the node from leaving the next connection, so there may be several, up to a limit. Changed under the lock of the node's line, read by any thread.
/// </summary>
/// <param name="endpoint">The node.</param>
internal sealed class LeftConnections(RedisEndpoint endpoint)
{
    /// <summary>Most connections that are waited for at the same time.</summary>
    public const int Max = 4;

    // A caller may have taken the connection just before it was left, and not have sent yet.
    private const long ShortestWaitMilliseconds = 250;

    private volatile Entry[] _entries = [];

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _entries.Length == 0;

    /// <summary>Whether no further one is to be left.</summary>
    public bool IsFull => _entries.Length >= Max;

    /// <summary>The error of a connection that is not used any more.</summary>
    public static RedisConnectionException ErrorOf(RedisEndpoint endpoint) => new("The server could not serve or is not needed any more, so it was left.") { Endpoint = endpoint };

    /// <summary>Waits for the replies of one more.</summary>
    /// <param name="connection">It takes no new commands from its node.</param>
    /// <param name="now">The client's clock.</param>
    public void Add(RespConnection connection, long now) => _entries = [.. _entries, new(connection, now)];

    /// <summary>Forgets one that has ended.</summary>
    public void Remove(RespConnection connection) => _entries = Array.FindAll(_entries, entry => entry.Connection != connection);

    /// <summary>Adds what went through them.</summary>
    public void AddTo(ConnectionCounters total)
    {
        foreach (Entry entry in _entries)
        {
            total.Add(entry.Connection.Counters);
        }
    }

    /// <summary>Completes calls whose deadline has passed, and closes connections on which all was answered. Not under the line's lock.</summary>
    /// <param name="now">The client's clock.</param>
    public void TimeOut(long now)
    {
        foreach (Entry entry in _entries)
        {
            entry.Connection.TimeOut(now);
            if (now - entry.LeftAt >= ShortestWaitMilliseconds)
            {
                entry.Connection.CloseIfIdle(ErrorOf(endpoint));
            }
        }
    }

    /// <summary>Ends them all, and waits until everything lost has been reported.</summary>
    public Task CloseAllAsync(Exception cause) => Task.WhenAll(_entries.Select(entry => entry.Connection.CloseAsync(cause).AsTask()));

    private readonly record struct Entry(RespConnection Connection, long LeftAt);
}
