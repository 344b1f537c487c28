using System.Globalization;

namespace TypedRedis.TestSupport;

/// <summary>Slots from <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
public readonly record struct SlotRange(int First, int Last)
{
    /// <summary>Whether a slot is in the range.</summary>
    public bool Contains(int slot) => slot >= First && slot <= Last;
}

/// <summary>One line of <see cref="ClusterView"/>.</summary>
/// <param name="Id">The node's id.</param>
/// <param name="Flags">What the viewer knows of it: <c>myself</c>, <c>master</c>, <c>slave</c>, <c>fail?</c>, <c>fail</c>, <c>handshake</c>, …</param>
/// <param name="PrimaryId">The id of its primary; <see langword="null"/> for a primary.</param>
/// <param name="Epoch">The configuration epoch of its claim to its slots; where two nodes claim a slot, the higher epoch wins.</param>
/// <param name="IsConnected">Whether the viewer has a link to it.</param>
/// <param name="Slots">The slots it serves; none for replicas.</param>
/// <param name="OpenSlots">The slots that are on their way from or to it. Only the viewer's own are known.</param>
public sealed record ClusterViewNode(
    string Id, IReadOnlyList<string> Flags, string? PrimaryId, long Epoch, bool IsConnected, IReadOnlyList<SlotRange> Slots, IReadOnlyList<int> OpenSlots)
{
    /// <summary>Whether the viewer takes the node for failed or thinks that it may have failed.</summary>
    public bool IsFailing => Flags.Contains("fail") || Flags.Contains("fail?");

    /// <summary>Whether this is a primary.</summary>
    public bool IsPrimary => PrimaryId is null && Flags.Contains("master");
}

/// <summary>The cluster as one of its nodes sees it (<c>CLUSTER NODES</c>).</summary>
public sealed class ClusterView
{
    private readonly Dictionary<string, ClusterViewNode> _byId;

    private ClusterView(IEnumerable<ClusterViewNode> nodes) => _byId = nodes.ToDictionary(node => node.Id);

    /// <summary>Every node the viewer knows, itself included.</summary>
    public IReadOnlyCollection<ClusterViewNode> Nodes => _byId.Values;

    /// <summary>The node with that id, or <see langword="null"/> if the viewer does not know it.</summary>
    public ClusterViewNode? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The node that serves the slot, or <see langword="null"/> if none does.</summary>
    public ClusterViewNode? OwnerOf(int slot) => Nodes.FirstOrDefault(node => node.Slots.Any(range => range.Contains(slot)));

    // id ip:port@bus,hostname flags primary-id ping pong epoch link-state 0-99 100 [93->-target-id]
    internal static ClusterView Parse(string text) => new(text
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Trim().Split(' '))
        .Select(fields => new ClusterViewNode(
            fields[0],
            fields[2].Split(','),
            fields[3] == "-" ? null : fields[3],
            long.Parse(fields[6], CultureInfo.InvariantCulture),
            fields[7] == "connected",
            [.. fields.Skip(8).Where(field => !field.StartsWith('[')).Select(ParseRange)],
            [.. fields.Skip(8).Where(field => field.StartsWith('[')).Select(field => int.Parse(field[1..field.IndexOf('-', StringComparison.Ordinal)], CultureInfo.InvariantCulture))])));

    private static SlotRange ParseRange(string text)
    {
        string[] ends = text.Split('-');
        return new SlotRange(int.Parse(ends[0], CultureInfo.InvariantCulture), int.Parse(ends[^1], CultureInfo.InvariantCulture));
    }
}
