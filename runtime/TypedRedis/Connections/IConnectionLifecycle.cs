namespace TypedRedis.Connections;

/// <summary>Keeps state that belongs to a connection: it is restored on each new one before the first command of a user is sent, and gone when the connection is.</summary>
internal interface IConnectionLifecycle
{
    /// <summary>Restores the state. What it throws ends the attempt to connect, and so does the time-out for connecting.</summary>
    /// <param name="connection">Set up, and used by nobody yet.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task OnReadyAsync(RespConnection connection, CancellationToken cancellationToken);

    /// <summary>
    /// The connection has ended. Comes once for each <see cref="OnReadyAsync"/>, behind it, however that ended, and before requests that were lost are sent again. By the
    /// reader as a rule: must not block.
    /// </summary>
    /// <param name="connection">The connection.</param>
    /// <param name="cause">Why it ended.</param>
    void OnLost(RespConnection connection, Exception cause);
}
