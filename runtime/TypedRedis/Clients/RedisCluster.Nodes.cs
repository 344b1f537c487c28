using System.Diagnostics.CodeAnalysis;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis;

/// <content>Views of the cluster, as the client knows it at this moment.</content>
public sealed partial class RedisCluster
{
    /// <summary>All nodes that serve slots, replicas included.</summary>
    public IReadOnlyList<ClusterNode> Nodes => _router.Map.Nodes.All;

    /// <summary>The primaries that own slots.</summary>
    public IReadOnlyList<ClusterNode> Primaries => _router.Map.Nodes.Primaries;

    /// <summary>The replicas.</summary>
    public IReadOnlyList<ClusterNode> Replicas => _router.Map.Nodes.Replicas;

    /// <summary>
    /// Where commands without keys go unless they say otherwise. A random primary at first; after a failover its successor, and after its loss
    /// another primary.
    /// </summary>
    public ClusterNode DefaultNode => _router.DefaultNode!;

    /// <summary>Slot of a key, 0 to 16383, by its hash tag if it has one.</summary>
    /// <exception cref="ArgumentException"><paramref name="key"/> was never assigned, or is text that UTF-8 cannot express.</exception>
    [SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "Stands beside GetNode(key); callers need not know that it asks nobody.")]
    public int SlotOf(RedisKey key) => key.IsUnassigned ? throw ArgumentName.Unassigned(nameof(key))
        : key.Text is null ? HashSlot.Of(key.Bytes.Span)
        : HashSlot.Of(key.ToArray());

    /// <summary>Chooses the default node.</summary>
    /// <param name="node">A primary or replica of this cluster.</param>
    /// <returns>False if it is null or not known; the default node then stays.</returns>
    public bool SetDefaultNode(ClusterNode? node) => _router.TrySetDefaultNode(node);

    /// <summary>The primary that owns a key's slot.</summary>
    /// <exception cref="RedisClusterException">The slot has no owner, as far as is known.</exception>
    public ClusterNode GetNode(RedisKey key) => ShardOf(key).Primary;

    /// <summary>The first replica of the shard that owns a key's slot; null if it has none.</summary>
    /// <exception cref="RedisClusterException">The slot has no owner, as far as is known.</exception>
    public ClusterNode? GetReplica(RedisKey key) => ShardOf(key).Replicas.FirstOrDefault();

    /// <summary>The node at a host and port; null if it is not known. <c>localhost</c> means the loopback address too.</summary>
    public ClusterNode? FindNode(string host, int port) => _router.Map.Nodes.Find(new(host, port));

    /// <summary>The node of a name, <c>host:port</c>; null if it is not known.</summary>
    public ClusterNode? FindNode(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        int colon = name.LastIndexOf(':');
        return colon > 0 && ushort.TryParse(name.AsSpan(colon + 1), out ushort port) && port > 0
            ? FindNode(name[..colon].Trim('[', ']'), port)
            : null;
    }

    /// <summary>Any node, each as likely as the other.</summary>
    public ClusterNode GetRandomNode()
    {
        ClusterNode[] nodes = _router.Map.Nodes.All;
        return nodes[Random.Shared.Next(nodes.Length)];
    }

    /// <summary>Reads the topology now. It is never needed for commands to succeed, only for these views to be up to date.</summary>
    /// <param name="cancellationToken">Ends the wait, not the reading.</param>
    /// <exception cref="ObjectDisposedException">The client was disposed.</exception>
    public Task RefreshTopologyAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        return _router.RefreshNowAsync(cancellationToken);
    }

    private Shard ShardOf(RedisKey key)
    {
        int slot = SlotOf(key);
        return _router.Map.ShardOf(slot) ?? throw new RedisClusterException("The slot has no owner.") { Slot = slot };
    }
}
