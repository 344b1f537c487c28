using TypedRedis.Connections;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Topology;

/// <content>The same decisions for commands of pipelines and transactions.</content>
internal sealed partial class ClusterRouter
{
    Clock IPipelineRouter.Clock => _settings.Clock;

    SlotMap? IPipelineRouter.Map => _map;

    IRequestChannel? IPipelineRouter.Find(CommandInfo command, int slot)
    {
        NodeConnection? node = slot >= 0 ? _map.PrimaryOf(slot) : KeylessTarget(command);
        if (node is null)
        {
            _refresher.Request();
        }

        return node;
    }

    Resending IPipelineRouter.Recover(CommandInfo command, in ErrorReply error, IRequestChannel source, int attempts)
    {
        Setback setback = SetbackReader.Read(error, command);
        if (setback == Setback.Other)
        {
            return default;
        }

        var node = (NodeConnection)source;
        NodeConnection? target = null;
        string? text = null;
        if (setback is Setback.Moved or Setback.Ask)
        {
            if (Redirect.TryParse(error) is not { } redirect)
            {
                return default;
            }

            RedisEndpoint endpoint = _options.Remap(redirect.Resolve(node.Endpoint));
            text = TextOf(endpoint, setback);
            target = TargetOf(redirect, endpoint, setback, node);
        }

        Decision decision = RetryPolicy.Decide(new Attempt
        {
            Setback = setback,
            Attempts = attempts,
            // Whoever executes the pipeline counts the redirects of each command, and ends those that have met too many.
            Redirects = Math.Min(attempts, ResendLimits.MaxRedirects),
            Retry = command.Retry,
            RepeatsAll = _options.RetryNonIdempotent,
            FollowsRedirects = true,
            IsKnownReplica = setback == Setback.ReadOnly && IsKnownReplica(node),
        });
        if (decision.LooksAnew)
        {
            _refresher.Request();
        }

        return Resending.For(decision, setback, target, text);
    }

    void IPipelineRouter.NoteLoss(IRequestChannel source)
    {
        _refresher.Request();
        ReplaceDefaultNode((NodeConnection)source);
    }

    bool IPipelineRouter.MayRepeat(CommandInfo command) => _options.RetryNonIdempotent || command.Retry != RetryClass.NotIdempotent;
}
