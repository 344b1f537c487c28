namespace TypedRedis.Connections;

/// <summary>
/// Keeps batches together that must be executed in their order: all go over the connection that takes the first of them, or, once that has ended,
/// over none. On the next connection the later ones would otherwise be executed before the earlier ones are sent again.
/// </summary>
internal sealed class ConnectionTie
{
    private RespConnection? _connection;

    /// <summary>The connection; null while none has taken any.</summary>
    public RespConnection? Connection => Volatile.Read(ref _connection);

    /// <summary>Ties what is not tied yet.</summary>
    /// <returns>Whether it is tied to this connection.</returns>
    public bool TryJoin(RespConnection connection) => (Interlocked.CompareExchange(ref _connection, connection, null) ?? connection) == connection;
}
