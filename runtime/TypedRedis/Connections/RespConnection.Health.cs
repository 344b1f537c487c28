using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <content>Finding out that the server hangs, or that the way to it is gone, though the connection is open. Driven by the client's tick.</content>
internal sealed partial class RespConnection
{
    private readonly SilenceWatch _silence;
    private readonly long _pingAfter;
    private readonly long _silenceLimit;

    /// <summary>How long the set-up took, ms: some round trips, and what a server that works takes for them.</summary>
    public long SetUpMilliseconds { get; set; }

    /// <summary>How long replies have been outstanding and nothing has come, ms; 0 if none are. As of the last tick.</summary>
    public long SilentFor(long now) => _silence.SilentFor(now);

    // A call that waits within its deadline may be a long one, so silence alone says nothing. Once the oldest call's deadline has passed, and for so long
    // nothing at all has come, nobody can say that the server still works on it.
    private void CheckHealth(long now, bool mayPing)
    {
        _silence.Look(now, Counters.BytesReceived, owed: _inFlight.Count > 0);
        if (mayPing && _silence.IdleFor(now) >= _pingAfter)
        {
            _ = PingAsync(now + _silenceLimit);
        }
        else if (_silence.SilentFor(now) >= _silenceLimit && IsOldestOver())
        {
            Close(new RedisConnectionException($"The server did not answer in time, and nothing else has come for {_silenceLimit / 1000.0} s.") { Endpoint = Endpoint });
        }
    }

    private bool IsOldestOver()
    {
        lock (_gate)
        {
            return _inFlight.IsOldestCompleted;
        }
    }

    private async Task PingAsync(long deadline)
    {
        PendingReply<string> reply = Ping.Rent(deadline);
        var result = new ValueTask<string>(reply, reply.Token);
        var writer = new RequestWriter(tracksSlot: false, Ping.Frame);
        if (TrySend(reply, ref writer) != SendOutcome.Sent)
        {
            reply.Fail(new RedisConnectionException("The connection has ended.") { Endpoint = Endpoint });
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
