using Microsoft.Extensions.Logging;

namespace TypedRedis.Connections;

/// <summary>What connections write to the log. Never arguments, user names or passwords.</summary>
internal static partial class ConnectionLog
{
    [LoggerMessage(1, LogLevel.Debug, "Connected to {Endpoint}")]
    public static partial void Connected(ILogger logger, RedisEndpoint endpoint);

    [LoggerMessage(2, LogLevel.Warning, "Cannot connect to {Endpoint}: {Reason}")]
    public static partial void ConnectFailed(ILogger logger, RedisEndpoint endpoint, string reason);

    [LoggerMessage(4, LogLevel.Error, "A continuation of a call to {Endpoint} threw an exception; the call has its result")]
    public static partial void ContinuationThrew(ILogger logger, RedisEndpoint endpoint, Exception thrown);

    [LoggerMessage(5, LogLevel.Error, "An exception was thrown while calls were looked at whose deadline has passed")]
    public static partial void TimerThrew(ILogger logger, Exception thrown);

    [LoggerMessage(6, LogLevel.Warning, "A RedisWatch was not disposed; its connection to {Endpoint} is closed now that the garbage collector has found it")]
    public static partial void WatchAbandoned(ILogger logger, RedisEndpoint endpoint);

    [LoggerMessage(EventId = 7, Message = "{Endpoint} pushed something that nobody takes: {Kind}")]
    public static partial void PushUnhandled(ILogger logger, LogLevel level, RedisEndpoint endpoint, string kind);

    [LoggerMessage(8, LogLevel.Error, "An exception was thrown while something was dealt with that {Endpoint} has pushed; replies go on")]
    public static partial void PushHandlerThrew(ILogger logger, RedisEndpoint endpoint, Exception thrown);

    [LoggerMessage(9, LogLevel.Error, "An exception was thrown while the end of a connection to {Endpoint} was dealt with; its calls go on")]
    public static partial void LifecycleThrew(ILogger logger, RedisEndpoint endpoint, Exception thrown);

    [LoggerMessage(3, LogLevel.Information, "The connection to {Endpoint} ended: {Reason}")]
    public static partial void Lost(ILogger logger, RedisEndpoint endpoint, string reason);
}
