namespace TypedRedis.Connections;

/// <summary>
/// Keeps batches together that must be executed in their order: all go over the connection that takes the first of them, or, once that has ended,
/// over none. On the next connection the later ones would otherwise be executed before the earlier ones are sent again.
/// </summary>
internal sealed class ConnectionTie
{
    private CommandSender? _sender;
    private volatile bool _isBroken;

    /// <summary>Why the connection has ended; null while there is none, or it is open.</summary>
    public Exception? CloseCause => Volatile.Read(ref _sender)?.CloseCause;

    /// <summary>Ties what is not tied yet.</summary>
    /// <returns>Whether it is tied to the connection that sends by this.</returns>
    public bool TryJoin(CommandSender sender) => !_isBroken && (Interlocked.CompareExchange(ref _sender, sender, null) ?? sender) == sender;

    /// <summary>Unties for good: one of the batches was given back, so those that have not been sent come back too.</summary>
    public void Break() => _isBroken = true;

    /// <summary>The error of a request that is tied to another connection than the present one; null if it may go over that.</summary>
    /// <param name="request">The request.</param>
    /// <param name="current">The present connection; null if there is none.</param>
    /// <param name="endpoint">The node it is for.</param>
    public static RedisException? ErrorOf(PendingRequest request, RespConnection? current, RedisEndpoint endpoint)
    {
        if (!request.IsBatch || ((PendingBatch)request).Tie is not { } tie || !tie.IsBroken(current))
        {
            return null;
        }

        return tie.CloseCause is { } cause
            ? ErrorCopy.Of(cause)
            : new RedisConnectionException("The connection that has taken the commands before takes no further ones.") { Endpoint = endpoint };
    }

    // Whether what is tied cannot be sent any more: its connection has ended, or is not the present one.
    private bool IsBroken(RespConnection? current) =>
        _isBroken || (Volatile.Read(ref _sender) is { } sender && (sender.CloseCause is not null || current is null || !current.SendsBy(sender)));
}
