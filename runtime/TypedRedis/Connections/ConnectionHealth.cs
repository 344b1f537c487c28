using TypedRedis.Protocol;

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
    public long SilentFor(long now) => _silence.SilentFor(now);

    /// <summary>
    /// Looks how the connection is. A call that waits within its deadline may be a long one, so silence alone says nothing. Once the oldest call's deadline
    /// has passed, and for so long nothing at all has come, nobody can say that the server still works on it.
    /// </summary>
    /// <param name="now">The client's clock.</param>
    /// <param name="mayPing">Whether a PING may be sent when nothing else is.</param>
    public void Check(long now, bool mayPing)
    {
        _silence.Look(now, connection.Counters.BytesReceived, connection.IsOwed);
        if (mayPing && _silence.IdleFor(now) >= _pingAfter)
        {
            _ = PingAsync(now + _silenceLimit);
        }
        else if (_silence.SilentFor(now) >= _silenceLimit && connection.IsOldestCompleted)
        {
            connection.Close(new RedisConnectionException($"The server did not answer in time, and nothing else has come for {_silenceLimit / 1000.0} s.") { Endpoint = connection.Endpoint });
        }
    }

    private async Task PingAsync(long deadline)
    {
        PendingReply<string> reply = Ping.Rent(deadline);
        var result = new ValueTask<string>(reply, reply.Token);
        var writer = new RequestWriter(hasher: null, Ping.Frame);
        if (connection.TrySend(reply, ref writer) != SendOutcome.Sent)
        {
            reply.Fail(new RedisConnectionException("The connection has ended.") { Endpoint = connection.Endpoint });
        }

        writer.Release();
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
