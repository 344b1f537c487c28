namespace TypedRedis.Connections;

/// <summary>Finds out that the server hangs, or that the way to it is gone, though the connection is open. Driven by the client's tick.</summary>
/// <param name="connection">Asked for a sign of life, and closed without one.</param>
/// <param name="settings">How long to wait for what.</param>
internal sealed class ConnectionHealth(RespConnection connection, ConnectionSettings settings)
{
    private readonly SilenceWatch _silence = new(settings.Clock.Now);
    private readonly long _pingAfter = settings.PingAfterMilliseconds;
    private readonly long _silenceLimit = settings.SilenceLimitMilliseconds;

    /// <summary>How long replies have been outstanding and nothing has come, ms; 0 if none are. As of the last tick.</summary>
    public long SilentFor() => _silence.SilentFor();

    /// <summary>
    /// Looks how the connection is. A call that waits within its deadline may be a long one, so silence alone says nothing. Once the oldest call's deadline
    /// has passed, and for so long nothing at all has come, nobody can say that the server still works on it.
    /// </summary>
    /// <param name="now">The client's clock.</param>
    public void Check(long now)
    {
        _silence.Look(now, connection.Counters.BytesReceived, connection.IsOwed);
        if (_silence.SilentFor() >= _silenceLimit && connection.IsOldestCompleted)
        {
            connection.Close(new RedisConnectionException($"The server did not answer in time, and nothing else has come for {_silenceLimit / 1000.0} s.") { Endpoint = connection.Endpoint });
        }
    }

    /// <summary>Whether nothing has been sent or received for so long that the server is to be asked. As of the last check.</summary>
    public bool IsPingDue(long now) => _silence.IdleFor(now) >= _pingAfter;

    /// <summary>Appends a PING, to be flushed by the caller.</summary>
    /// <returns>False if the connection takes none.</returns>
    public bool TryAppendPing(long now)
    {
        PendingReply<string> reply = Ping.Rent(deadline: now + _silenceLimit);
        _ = IgnoreAsync(new ValueTask<string>(reply, reply.Token));
        reply.RetainFrame(Ping.Frame);
        if (connection.TryAppend(reply) == SendOutcome.Sent)
        {
            return true;
        }

        reply.Fail(new RedisConnectionException("The connection has ended.") { Endpoint = connection.Endpoint });
        return false;
    }

    private static async Task IgnoreAsync(ValueTask<string> result)
    {
        try
        {
            await result.ConfigureAwait(false);
        }
        catch (RedisException)
        {
            // An error is a sign of life, and the silence is seen if there is none.
        }
    }
}
