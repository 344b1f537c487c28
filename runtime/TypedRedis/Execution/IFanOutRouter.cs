using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Execution;

/// <summary>What a command for several nodes asks of a topology that has several.</summary>
internal interface IFanOutRouter : IRouter
{
    /// <summary>Completes when the topology has been read the next time.</summary>
    Task NextReading { get; }

    /// <summary>Whether each slot has an owner, or need not have one.</summary>
    bool KnowsAllSlots { get; }

    /// <summary>For replies of which any will do.</summary>
    Random Random { get; }

    /// <summary>The nodes that a command without keys goes to.</summary>
    /// <exception cref="RedisClusterException">No node is known.</exception>
    FanOutTarget[] TargetsOf(CommandInfo command);
}
