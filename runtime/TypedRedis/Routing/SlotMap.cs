using System.Runtime.CompilerServices;
using TypedRedis.Nodes;
using TypedRedis.Protocol;

namespace TypedRedis.Routing;

/// <summary>
/// Which node owns which slot, at one moment. Immutable: readers take the present map once and need no lock, changes make a new one.
/// </summary>
internal sealed class SlotMap
{
    // The shard number of slots without owner; its place in both arrays is null.
    private const ushort NoShard = 0;

    private readonly ushort[] _shardOfSlot;
    private readonly Shard?[] _shards;

    // Beside the shards, so that routing is two array reads.
    private readonly NodeConnection?[] _primaries;
    // Made when first asked for: a map after a redirect seldom lives long enough.
    private readonly Lazy<NodeList> _nodes;

    private SlotMap(ushort[] shardOfSlot, Shard?[] shards)
    {
        _shardOfSlot = shardOfSlot;
        _shards = shards;
        _primaries = Array.ConvertAll(shards, shard => shard?.Primary.Connection);
        _nodes = new(() => new NodeList(shards), LazyThreadSafetyMode.PublicationOnly);
        CoveredSlots = HashSlot.Count - shardOfSlot.AsSpan().Count(NoShard);
    }

    /// <summary>A map without nodes.</summary>
    public static SlotMap Empty { get; } = new(new ushort[HashSlot.Count], [null]);

    /// <summary>Number of slots that have an owner.</summary>
    public int CoveredSlots { get; }

    /// <summary>The nodes of all shards, by role and by endpoint.</summary>
    public NodeList Nodes => _nodes.Value;

    /// <summary>Makes a map of ranges; where they overlap, the later one counts.</summary>
    public static SlotMap Create(IEnumerable<SlotAssignment> assignments)
    {
        var shardOfSlot = new ushort[HashSlot.Count];
        List<Shard?> shards = [null];
        var numbers = new Dictionary<RedisEndpoint, ushort>();
        foreach ((int first, int last, Shard shard) in assignments)
        {
            if (!numbers.TryGetValue(shard.Primary.Endpoint, out ushort number))
            {
                number = (ushort)shards.Count;
                shards.Add(shard);
                numbers.Add(shard.Primary.Endpoint, number);
            }

            shardOfSlot.AsSpan(first, last - first + 1).Fill(number);
        }

        return new(shardOfSlot, [.. shards]);
    }

    /// <summary>The connection to the owner of a slot; null if it has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public NodeConnection? PrimaryOf(int slot) => _primaries[_shardOfSlot[slot]];

    /// <summary>The nodes that hold a slot; null if none does.</summary>
    public Shard? ShardOf(int slot) => _shards[_shardOfSlot[slot]];

    /// <summary>The nodes that hold the same slots as this one; null if the node is unknown.</summary>
    public Shard? ShardOf(ClusterNode node) =>
        Array.Find(_shards, shard => shard is not null && (shard.Primary.Equals(node) || shard.Replicas.Contains(node)));

    /// <summary>The map after a MOVED: the slot, and nothing that the redirect does not imply, has the owner named.</summary>
    /// <param name="slot">The slot that moved.</param>
    /// <param name="connection">The way to its owner.</param>
    public SlotMap WithOwner(int slot, NodeConnection connection)
    {
        ushort present = _shardOfSlot[slot];
        if (_shards[present] is { } shard)
        {
            if (shard.Primary.Endpoint == connection.Endpoint)
            {
                return shard.Primary.Connection == connection ? this : WithConnection(connection);
            }

            if (Array.Find(shard.Replicas, node => node.Endpoint == connection.Endpoint) is { } replica)
            {
                // A replica owns slots only after a failover, and then it has all of its primary's.
                Shard?[] changed = [.. _shards];
                changed[present] = shard.Promote(replica);
                return new(_shardOfSlot, changed);
            }
        }

        var shardOfSlot = (ushort[])_shardOfSlot.Clone();
        int owner = Array.FindIndex(_shards, candidate => candidate?.Primary.Endpoint == connection.Endpoint);
        if (owner >= 0)
        {
            shardOfSlot[slot] = (ushort)owner;
            return new(shardOfSlot, _shards);
        }

        if (_shards.Length > ushort.MaxValue)
        {
            // Only with tens of thousands of redirects to ever new nodes; those without slots can be forgotten.
            return Create(Assignments()).WithOwner(slot, connection);
        }

        ClusterNode? known = Nodes.Find(connection.Endpoint);
        var primary = new ClusterNode(connection, known?.Id, known?.HostName, isReplica: false);
        Shard?[] more = [.. _shards, new Shard(primary, [])];
        shardOfSlot[slot] = (ushort)(more.Length - 1);
        return new(shardOfSlot, more);
    }

    /// <summary>The same map, with another connection to one of its nodes.</summary>
    public SlotMap WithConnection(NodeConnection connection)
    {
        ClusterNode Replace(ClusterNode node) =>
            node.Endpoint == connection.Endpoint ? new(connection, node.Id, node.HostName, node.IsReplica) : node;
        return new(
            _shardOfSlot,
            Array.ConvertAll(_shards, shard => shard is null ? null : new Shard(Replace(shard.Primary), Array.ConvertAll(shard.Replicas, Replace))));
    }

    private IEnumerable<SlotAssignment> Assignments() =>
        from slot in Enumerable.Range(0, HashSlot.Count)
        let shard = ShardOf(slot)
        where shard is not null
        select new SlotAssignment(slot, slot, shard);
}
