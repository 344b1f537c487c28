using Microsoft.Extensions.Logging;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>Brings the pushes of one connection to their handler, and keeps what that throws from the replies behind them.</summary>
/// <param name="endpoint">The connection's.</param>
/// <param name="logger">Told of what the handler threw.</param>
/// <param name="handler">Takes them.</param>
internal sealed class PushDispatcher(RedisEndpoint endpoint, ILogger logger, IPushHandler handler)
{
    /// <summary>Hands a push over; by the reader.</summary>
    /// <param name="push">Has read the head of the push.</param>
    public void Dispatch(RespReader push)
    {
        try
        {
            ReadOnlySpan<byte> kind = default;
            if (push.Count > 0)
            {
                push.Read();
                kind = push.Content;
            }

            handler.OnPush(kind, ref push);
        }
        catch (Exception thrown)
        {
            ConnectionLog.PushHandlerThrew(logger, endpoint, thrown);
        }
    }
}
