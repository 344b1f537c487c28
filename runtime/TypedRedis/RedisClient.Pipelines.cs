using TypedRedis.Pipelines;
using TypedRedis.Protocol;

namespace TypedRedis;

/// <content>What pipelines ask of a client.</content>
public abstract partial class RedisClient
{
    /// <summary>Finds nodes and decides about errors for pipelines and transactions.</summary>
    internal abstract IPipelineRouter PipelineRouter { get; }

    /// <summary>Whether a command without keys is for more than one node, or for none.</summary>
    internal bool GoesToSeveralNodes(CommandInfo command) => command.DefaultTarget is not (CommandTarget.DefaultNode or CommandTarget.RandomPrimary) && _routesBySlot;
}
