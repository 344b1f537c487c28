using TypedRedis.Connections;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.ManyKeys;

/// <summary>
/// Routes like the client, except that a group refused because its slot is half migrated (TRYAGAIN) comes back at once: asked for one by
/// one, each of its keys can be had on one node or the other, so there is nothing to wait for.
/// </summary>
/// <param name="client">The client's router.</param>
internal sealed class SplitRouter(IPipelineRouter client) : IPipelineRouter
{
    public Clock Clock => client.Clock;

    public SlotMap? Map => client.Map;

    public IRequestChannel? Find(CommandInfo command, int slot) => client.Find(command, slot);

    public Resending Recover(CommandInfo command, in ErrorReply error, IRequestChannel source, int attempts) =>
        error.Is("TRYAGAIN"u8) ? default : client.Recover(command, error, source, attempts);

    public void NoteLoss(IRequestChannel source) => client.NoteLoss(source);

    public bool MayRepeat(CommandInfo command) => client.MayRepeat(command);
}
