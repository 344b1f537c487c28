using Microsoft.Extensions.Logging;

namespace TypedRedis.Observation;

/// <summary>What is logged about observers of calls.</summary>
internal static partial class ObservationLog
{
    [LoggerMessage(40, LogLevel.Error, "An observer of calls threw an exception; the call goes on")]
    public static partial void ObserverThrew(ILogger logger, Exception thrown);
}
