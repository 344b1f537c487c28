using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Pipelines;

/// <summary>Finds the node of each command, and lists the commands of a node in its parts, behind the scripts and libraries that it lacks.</summary>
/// <param name="execution">Whose commands these are.</param>
/// <param name="content">The commands.</param>
/// <param name="router">The client's topology.</param>
/// <param name="partLength">Bytes for one node that go out in one piece.</param>
internal sealed class PartAssembly(PipelineExecution execution, PipelineContent content, IRouter router, int partLength)
{
    /// <summary>Where a command goes.</summary>
    /// <param name="map">The map of all commands that are sent together: with one that changes in between, commands of one slot would go to two nodes. Null without slots.</param>
    /// <param name="command">The command.</param>
    /// <returns>Null if nobody is known to have its slot. Then the topology is read; what it says is for the next time.</returns>
    public INodeChannel? Find(SlotMap? map, in PipelineCommand command)
    {
        if (map is null || command.Bucket < 0)
        {
            return router.Select(command.Info, command.Bucket);
        }

        INodeChannel? owner = map.PrimaryOf(command.Bucket);
        if (owner is null)
        {
            _ = router.Select(command.Info, command.Bucket);
        }

        return owner;
    }

    /// <summary>What goes to a node so far.</summary>
    public NodeParts PartsFor(Dictionary<INodeChannel, NodeParts> nodes, INodeChannel channel)
    {
        if (!nodes.TryGetValue(channel, out NodeParts? node))
        {
            node = NodeParts.Rent(execution, channel, partLength);
            nodes.Add(channel, node);
        }

        return node;
    }

    /// <summary>Appends a command that is sent for the first time.</summary>
    public void Add(NodeParts node, int index, in PipelineCommand command)
    {
        if (command.Info is { Script: null, Library: null })
        {
            node.Add(index, command.FrameLength);
        }
        else
        {
            Add(node, index, command, inFull: false, asking: false);
        }
    }

    /// <summary>Appends a command.</summary>
    /// <param name="node">Where it goes.</param>
    /// <param name="index">Its place.</param>
    /// <param name="command">The command.</param>
    /// <param name="inFull">Whether a script is sent with its text.</param>
    /// <param name="asking">Whether ASKING goes before it.</param>
    public void Add(NodeParts node, int index, in PipelineCommand command, bool inFull, bool asking)
    {
        byte[]? rewritten = null;
        if (command.Info.Library is { } library)
        {
            node.Load(library);
        }
        else if (content.NeedsScript(command))
        {
            ScriptInfo script = command.Info.Script!;
            KnownScripts known = node.Channel.Scripts;
            if (inFull || (known.IsLoadRefused && !known.Knows(script)))
            {
                rewritten = content.InFull(command);
            }
            else
            {
                node.Load(script);
            }
        }

        node.Add(index, command.FrameLength, rewritten, asking);
    }
}
