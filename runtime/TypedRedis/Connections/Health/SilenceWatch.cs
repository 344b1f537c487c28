namespace TypedRedis.Connections;

/// <summary>
/// How long a connection has been silent: without a reply to what was sent, or without any traffic. Fed by the client's tick, so that it
/// costs sending and receiving nothing.
/// </summary>
/// <param name="now">The client's clock.</param>
/// <param name="heldUpMilliseconds">A tick that comes so late tells that this process was held up: what has arrived meanwhile may not be read yet.</param>
internal sealed class SilenceWatch(long now, long heldUpMilliseconds = 1_000)
{
    private long _since = now;
    private long _lookedAt = now;
    private long _received;
    private bool _owed;

    /// <summary>Notes what is to be seen at this moment.</summary>
    /// <param name="now">The client's clock.</param>
    /// <param name="received">Bytes received so far.</param>
    /// <param name="owed">Whether replies are outstanding.</param>
    public void Look(long now, long received, bool owed)
    {
        if (received != _received || (owed && !_owed) || now - _lookedAt >= heldUpMilliseconds)
        {
            _received = received;
            Volatile.Write(ref _since, now);
        }

        Volatile.Write(ref _lookedAt, now);
        Volatile.Write(ref _owed, owed);
    }

    /// <summary>
    /// How long replies had been outstanding and nothing had come at the last look, ms; 0 if none were. What has passed since does not count: the process may
    /// have been held up meanwhile, which only the next look tells.
    /// </summary>
    public long SilentFor() => Volatile.Read(ref _owed) ? Math.Max(0, Volatile.Read(ref _lookedAt) - Volatile.Read(ref _since)) : 0;

    /// <summary>How long nothing has been sent or received, ms; 0 while replies are outstanding.</summary>
    public long IdleFor(long now) => Volatile.Read(ref _owed) ? 0 : now - Volatile.Read(ref _since);
}
