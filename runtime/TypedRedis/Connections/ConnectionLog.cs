using Microsoft.Extensions.Logging;

namespace TypedRedis.Connections;

/// <summary>What connections write to the log. Never arguments, user names or passwords.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(1, LogLevel.Debug, "Connected to {Endpoint}")]
    public static partial void Connected(ILogger logger, RedisEndpoint endpoint);

    [LoggerMessage(2, LogLevel.Warning, "Cannot connect to {Endpoint}: {Reason}")]
    public static partial void ConnectFailed(ILogger logger, RedisEndpoint endpoint, string reason);

    [LoggerMessage(3, LogLevel.Information, "The connection to {Endpoint} ended: {Reason}")]
    public static partial void Lost(ILogger logger, RedisEndpoint endpoint, string reason);
}
