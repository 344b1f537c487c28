using Microsoft.Extensions.Logging;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// The handler of pushes that nobody takes: they are counted, and logged by their kind, the first of each kind on a connection for everybody to see. What
/// they say beyond that may be users' data and is shown nowhere.
/// </summary>
/// <param name="endpoint">The connection's.</param>
/// <param name="logger">Told of each push.</param>
/// <param name="counters">The connection's.</param>
internal sealed class UnhandledPushes(RedisEndpoint endpoint, ILogger logger, ConnectionCounters counters) : IPushHandler
{
    private const string OtherKind = "another kind";

    // What servers send. A kind that is not among them may be anything, so its name is not shown.
    private static readonly string[] s_kinds =
    [
        "message", "pmessage", "smessage", "subscribe", "unsubscribe", "psubscribe", "punsubscribe", "ssubscribe", "sunsubscribe",
        "invalidate", "tracking-redir-broken", "monitor", "MOVING", "MIGRATING", "MIGRATED", "FAILING_OVER", "FAILED_OVER", "SMIGRATING", "SMIGRATED",
    ];

    // One bit for each kind, and one for all others.
    private uint _seen;

    public void OnPush(ReadOnlySpan<byte> kind, ref RespReader push)
    {
        counters.CountUnhandledPush();
        int index = IndexOf(kind);
        uint bit = 1u << index;
        LogLevel level = (_seen & bit) == 0 ? LogLevel.Information : LogLevel.Debug;
        _seen |= bit;
        ConnectionLog.PushUnhandled(logger, level, endpoint, index < s_kinds.Length ? s_kinds[index] : OtherKind);
    }

    private static int IndexOf(ReadOnlySpan<byte> kind)
    {
        int index = 0;
        while (index < s_kinds.Length && !System.Text.Ascii.Equals(kind, s_kinds[index]))
        {
            index++;
        }

        return index;
    }
}
