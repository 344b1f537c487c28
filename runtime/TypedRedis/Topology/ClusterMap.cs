using Microsoft.Extensions.Logging;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Topology;

/// <summary>
/// The present picture of the cluster: who owns which slot, and which node commands without keys go to. Readers take it without a lock; changes are
/// made one at a time.
/// </summary>
/// <param name="random">Chooses among nodes.</param>
/// <param name="logger">Told of changes.</param>
internal sealed class ClusterMap(Random random, ILogger logger)
{
    private readonly Lock _gate = new();

    // What every command reads; replaced as a whole, under the lock.
    private volatile SlotMap _slots = SlotMap.Empty;
    private volatile ClusterNode? _defaultNode;

    /// <summary>Who owns which slot.</summary>
    public SlotMap Slots => _slots;

    /// <summary>Where commands without keys go unless they say otherwise; null before the start.</summary>
    public ClusterNode? DefaultNode => _defaultNode;

    /// <summary>Any primary; null if none is known.</summary>
    /// <param name="except">One that is not wanted; null for none.</param>
    public ClusterNode? RandomPrimary(INodeChannel? except = null)
    {
        ClusterNode[] primaries = _slots.Nodes.Primaries;
        ClusterNode[] candidates = except is null ? primaries : Array.FindAll(primaries, node => node.Connection != except);
        return candidates.Length == 0 ? null : candidates[random.Next(candidates.Length)];
    }

    /// <summary>Where a command without keys goes; null if no node is known.</summary>
    public NodeConnection? TargetOf(CommandInfo command) =>
        command.DefaultTarget == CommandTarget.RandomPrimary ? RandomPrimary()?.Connection : _defaultNode?.Connection;

    /// <summary>Chooses the default node.</summary>
    /// <returns>False if the node is not part of the cluster.</returns>
    public bool TrySetDefaultNode(ClusterNode? node)
    {
        lock (_gate)
        {
            if (node is null || _slots.Nodes.Find(node.Endpoint) is not { } known)
            {
                return false;
            }

            _defaultNode = known;
            return true;
        }
    }

    /// <summary>Takes a new picture.</summary>
    /// <returns>The one before.</returns>
    public SlotMap Publish(SlotMap slots)
    {
        ClusterNode? newDefault;
        SlotMap before;
        lock (_gate)
        {
            before = _slots;
            _slots = slots;
            newDefault = FollowDefaultNode();
        }

        LogDefaultNode(newDefault);
        TopologyLog.Refreshed(logger, slots.Nodes.All.Length, slots.CoveredSlots);
        return before;
    }

    /// <summary>Notes what a MOVED says.</summary>
    public void MoveSlot(int slot, NodeConnection owner)
    {
        ClusterNode? newDefault = null;
        lock (_gate)
        {
            SlotMap slots = _slots.WithOwner(slot, owner);
            if (ReferenceEquals(slots, _slots))
            {
                return;
            }

            _slots = slots;
            if (_defaultNode is { IsReplica: false } && slots.ShardOf(slot)!.Replicas.Contains(_defaultNode))
            {
                newDefault = FollowDefaultNode();
            }
        }

        LogDefaultNode(newDefault);
        TopologyLog.SlotMoved(logger, slot, owner.Endpoint);
    }

    /// <summary>Has a node reached by another connection from now on.</summary>
    public void UseConnection(NodeConnection connection)
    {
        ClusterNode? newDefault;
        lock (_gate)
        {
            _slots = _slots.WithConnection(connection);
            newDefault = FollowDefaultNode();
        }

        LogDefaultNode(newDefault);
    }

    /// <summary>If the default node is the one that failed, another primary takes its place, or else any other node.</summary>
    public void ReplaceDefaultNode(INodeChannel failed)
    {
        ClusterNode? newDefault = null;
        lock (_gate)
        {
            if (_defaultNode?.Connection == failed)
            {
                _defaultNode = RandomPrimary(except: failed)
                    ?? Array.Find(_slots.Nodes.Replicas, node => node.Connection != failed)
                    ?? _defaultNode;
                newDefault = _defaultNode;
            }
        }

        LogDefaultNode(newDefault);
    }

    // Not under the lock: a logger is the user's code, and may take its time.
    private void LogDefaultNode(ClusterNode? newDefault)
    {
        if (newDefault is not null)
        {
            TopologyLog.DefaultNodeChanged(logger, newDefault.Endpoint);
        }
    }

    // Under the lock: the default node stays what it is as long as it can, and follows a failover to the primary's successor. Returns it if it
    // is another one than before.
    private ClusterNode? FollowDefaultNode()
    {
        ClusterNode? present = _defaultNode;
        ClusterNode? now = present is null ? null : _slots.Nodes.Find(present.Endpoint);
        if (now is { IsReplica: true } && !present!.IsReplica)
        {
            now = _slots.ShardOf(now)?.Primary;
        }

        now ??= RandomPrimary();
        _defaultNode = now;
        return now is not null && !now.Equals(present) ? now : null;
    }
}
