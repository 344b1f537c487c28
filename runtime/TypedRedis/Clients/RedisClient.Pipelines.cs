using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis;

/// <content>What pipelines ask of a client.</content>
public abstract partial class RedisClient
{
    /// <summary>Where commands go.</summary>
    internal abstract IRouter Router { get; }

    /// <summary>What transactions tell the client; null unless it watches keys.</summary>
    internal virtual ITransactionScope? TransactionScope => null;

    /// <summary>Whether a command without keys is for more than one node, or for none.</summary>
    internal bool GoesToSeveralNodes(CommandInfo command) => command.DefaultTarget is not (CommandTarget.DefaultNode or CommandTarget.RandomPrimary) && RoutesByKeys;
}
