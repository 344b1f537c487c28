using TypedRedis.Connections;
using TypedRedis.Routing;

namespace TypedRedis.Topology;

/// <content>Keeping the slot map and the default node true.</content>
internal sealed partial class ClusterRouter
{
    // Of the nodes in use, so many are asked before the start-up nodes.
    private const int NodesBeforeSeeds = 3;

    // A node that answers nothing for this long makes us ask the others what has become of it.
    private const long SilenceMilliseconds = 1_000;

    private const long LookMilliseconds = 100;

    private long _nextLook;

    public bool TrySetDefaultNode(ClusterNode? node)
    {
        lock (_gate)
        {
            if (node is null || _map.Nodes.Find(node.Endpoint) is not { } known)
            {
                return false;
            }

            _defaultNode = known;
            return true;
        }
    }

    public ClusterNode? RandomPrimary(NodeConnection? except)
    {
        ClusterNode[] primaries = _map.Nodes.Primaries;
        ClusterNode[] candidates = except is null ? primaries : Array.FindAll(primaries, node => node.Connection != except);
        return candidates.Length == 0 ? null : candidates[_options.Random.Next(candidates.Length)];
    }

    // One reading, by the refresher. Errors are logged: those who wait for the topology have deadlines.
    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        try
        {
            SlotMap map = await _source.ReadAsync(Candidates(), cancellationToken).ConfigureAwait(false);
            if (map.CoveredSlots > 0)
            {
                Publish(map);
            }
        }
        catch (Exception cause) when (!cancellationToken.IsCancellationRequested)
        {
            TopologyLog.RefreshFailed(_settings.Logger, UserCode.MessageOf(cause));
        }

        foreach (NodeConnection node in _pool.All)
        {
            node.ReturnWaiting();
        }

        _retries.SendAfterRefresh();
        NoteReading();
    }

    // Random, so that no node is asked by all clients at once. Connected ones come first, but before a long list of others
    // the start-up nodes: their names may lead to new addresses after all nodes were replaced.
    private List<RedisEndpoint> Candidates()
    {
        RedisEndpoint[] seeds = [.. _options.Endpoints];
        _options.Random.Shuffle(seeds);
        if (!_options.DynamicStartupNodes)
        {
            return [.. seeds.Distinct()];
        }

        ClusterNode[] nodes = [.. _map.Nodes.All];
        _options.Random.Shuffle(nodes);
        long now = _settings.Clock.Now;
        IEnumerable<RedisEndpoint> inUse = nodes
            .Where(node => node.IsConnected && !node.Connection.IsStalled && node.Connection.SilentFor(now) < SilenceMilliseconds)
            .Select(node => node.Endpoint);
        return [.. inUse.Take(NodesBeforeSeeds).Concat(seeds).Concat(nodes.Select(node => node.Endpoint)).Distinct()];
    }

    private void Publish(SlotMap map)
    {
        ClusterNode? newDefault;
        ClusterNode[] before;
        lock (_gate)
        {
            before = _map.Nodes.Primaries;
            _map = map;
            newDefault = FollowDefaultNode();
        }

        LogDefaultNode(newDefault);
        TopologyLog.Refreshed(_settings.Logger, map.Nodes.All.Length, map.CoveredSlots);
        Probe(before, map);
    }

    private void MoveSlot(int slot, NodeConnection owner)
    {
        ClusterNode? newDefault = null;
        lock (_gate)
        {
            SlotMap map = _map.WithOwner(slot, owner);
            if (ReferenceEquals(map, _map))
            {
                return;
            }

            _map = map;
            if (_defaultNode is { IsReplica: false } && map.ShardOf(slot)!.Replicas.Contains(_defaultNode))
            {
                newDefault = FollowDefaultNode();
            }
        }

        LogDefaultNode(newDefault);
        TopologyLog.SlotMoved(_settings.Logger, slot, owner.Endpoint);
    }

    private void UseConnection(NodeConnection connection)
    {
        ClusterNode? newDefault;
        lock (_gate)
        {
            _map = _map.WithConnection(connection);
            newDefault = FollowDefaultNode();
        }

        LogDefaultNode(newDefault);
    }

    // Not under the lock: a logger is the user's code, and may take its time.
    private void LogDefaultNode(ClusterNode? newDefault)
    {
        if (newDefault is not null)
        {
            TopologyLog.DefaultNodeChanged(_settings.Logger, newDefault.Endpoint);
        }
    }

    // Under the lock: the default node stays what it is as long as it can, and follows a failover to the primary's successor. Returns it if it
    // is another one than before.
    private ClusterNode? FollowDefaultNode()
    {
        ClusterNode? present = _defaultNode;
        ClusterNode? now = present is null ? null : _map.Nodes.Find(present.Endpoint);
        if (now is { IsReplica: true } && !present!.IsReplica)
        {
            now = _map.ShardOf(now)?.Primary;
        }

        now ??= RandomPrimary(except: null);
        _defaultNode = now;
        return now is not null && !now.Equals(present) ? now : null;
    }

    // The default node failed: another primary, or else any other node, or else none.
    private void ReplaceDefaultNode(NodeConnection failed)
    {
        ClusterNode? newDefault = null;
        lock (_gate)
        {
            if (_defaultNode?.Connection == failed)
            {
                _defaultNode = RandomPrimary(except: failed)
                    ?? Array.Find(_map.Nodes.Replicas, node => node.Connection != failed)
                    ?? _defaultNode;
                newDefault = _defaultNode;
            }
        }

        LogDefaultNode(newDefault);
    }

    // About every 20 ms.
    private void Tick(long now)
    {
        _pool.TimeOut(now);
        _retries.TimeOut(now);
        if (now < _nextLook)
        {
            return;
        }

        _nextLook = now + LookMilliseconds;
        // A hung server, or one behind a dead network, causes no error before the deadlines of the calls that wait for it.
        if (Array.Exists(_pool.All, node => node.SilentFor(now) >= SilenceMilliseconds))
        {
            _refresher.Request();
        }

        _pool.CloseUnused(now, IsPresent);
    }

    private bool IsPresent(NodeConnection node) => _map.Nodes.Find(node.Endpoint) is not null;

    // Those that have lost all their slots. One that works redirects what was sent to it; one that has other slots left is counted on by the cluster.
    private static void Probe(IEnumerable<ClusterNode> primaries, SlotMap map)
    {
        foreach (ClusterNode node in primaries)
        {
            if ((node.IsConnected || node.Connection.IsInUse) && map.Nodes.Find(node.Endpoint) is not { IsReplica: false })
            {
                node.Connection.Probe();
            }
        }
    }
}
