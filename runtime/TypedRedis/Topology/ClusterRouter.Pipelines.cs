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
        var node = (NodeConnection)source;
        bool isMoved = error.Is("MOVED"u8);
        if (isMoved || error.Is("ASK"u8))
        {
            return Redirect.TryParse(error) is { } redirect ? Follow(redirect, isMoved, node, attempts) : default;
        }

        if (error.Is("TRYAGAIN"u8))
        {
            return new Resending(ResendKind.Later, Delay: Backoff.After(attempts));
        }

        if (IsUnfit(node, error))
        {
            _refresher.Request();
            return new Resending(ResendKind.Later, Delay: Backoff.After(attempts));
        }

        return default;
    }

    void IPipelineRouter.NoteLoss(IRequestChannel source)
    {
        _refresher.Request();
        ReplaceDefaultNode((NodeConnection)source);
    }

    bool IPipelineRouter.MayRepeat(CommandInfo command) => _options.RetryNonIdempotent || command.Retry != RetryClass.NotIdempotent;

    private Resending Follow(Redirect redirect, bool isMoved, NodeConnection source, int attempts)
    {
        RedisEndpoint endpoint = _options.Remap(redirect.Resolve(source.Endpoint));
        string text = TextOf(endpoint, isMoved);
        NodeConnection target = TargetOf(redirect, endpoint, isMoved, source);
        if (attempts > RedirectsWithoutDelay)
        {
            return new Resending(ResendKind.Later, Delay: Backoff.After(attempts - RedirectsWithoutDelay), Redirect: text);
        }

        return isMoved ? new Resending(ResendKind.Now, Redirect: text) : new Resending(ResendKind.Asking, target, Redirect: text);
    }
}
