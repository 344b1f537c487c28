using Microsoft.Extensions.Logging;

namespace TypedRedis.Topology;

/// <summary>What the topology writes to the log.</summary>
internal static partial class TopologyLog
{
    [LoggerMessage(20, LogLevel.Debug, "Topology read: {Nodes} nodes, {CoveredSlots} of 16384 slots covered")]
    public static partial void Refreshed(ILogger logger, int nodes, int coveredSlots);

    [LoggerMessage(21, LogLevel.Warning, "The topology cannot be read: {Reason}")]
    public static partial void RefreshFailed(ILogger logger, string reason);

    [LoggerMessage(24, LogLevel.Error, "An exception was thrown while the topology was read; it is read again when needed")]
    public static partial void RefresherThrew(ILogger logger, Exception thrown);

    [LoggerMessage(22, LogLevel.Debug, "Slot {Slot} moved to {Endpoint}")]
    public static partial void SlotMoved(ILogger logger, int slot, RedisEndpoint endpoint);

    [LoggerMessage(23, LogLevel.Information, "The default node is now {Endpoint}")]
    public static partial void DefaultNodeChanged(ILogger logger, RedisEndpoint endpoint);
}
