using TypedRedis.Connections;
using TypedRedis.Execution;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Topology;

/// <summary>Finds the node for every command of a cluster client, and keeps the picture of the cluster true.</summary>
internal sealed class ClusterRouter : IFanOutRouter, IAsyncDisposable
{
    // A node that answers nothing for this long makes us ask the others what has become of it.
    private const long SilenceMilliseconds = SuccessorWatch.SilenceMilliseconds;

    private const long LookMilliseconds = 100;

    private readonly RedisOptions _options;
    private readonly ConnectionSettings _settings;
    private readonly ClusterMap _map;
    private readonly RequestRecovery _recovery;
    private readonly NodePool _pool;
    private readonly TopologySource _source;
    private readonly TopologyRefresher _refresher;
    private readonly SuccessorWatch _successors;
    private readonly InformedNodes _informed = new();
    private readonly DeadlineTimer _deadlines;
    private TaskCompletionSource _nextReading = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _movedCount;
    private volatile bool _isDisposed;
    private long _nextLook;

    public ClusterRouter(RedisOptions options, Clock clock)
    {
        _options = options;
        _settings = options.CreateConnectionSettings(clock);
        _map = new ClusterMap(options.Random, _settings.Logger);
        _recovery = new RequestRecovery(this, _settings);
        _pool = new NodePool(_settings, _recovery);
        _source = new TopologySource(_pool, options, clock);
        _refresher = new TopologyRefresher(RefreshAsync, clock, options.Random, options.TopologyRefreshInterval, _settings.Logger);
        _successors = new SuccessorWatch(clock, options.Random, ReadFrom);
        _deadlines = new DeadlineTimer(clock, Tick, _settings.Logger);
    }

    public SlotMap Map => _map.Slots;

    public Clock Clock => _settings.Clock;

    public Random Random => _options.Random;

    public bool RepeatsAll => _options.RetryNonIdempotent;

    public bool FollowsRedirects => true;

    public bool IsDisposed => _isDisposed;

    public Task NextReading => Volatile.Read(ref _nextReading).Task;

    public bool KnowsAllSlots => !_options.RequireFullCoverage || Map.CoveredSlots == HashSlot.Count;

    /// <summary>Where commands without keys go unless they say otherwise; null before the start.</summary>
    public ClusterNode? DefaultNode => _map.DefaultNode;

    /// <summary>Readings of the topology after the first.</summary>
    public long Refreshes => _refresher.Readings;

    /// <summary>Reads the topology for the first time.</summary>
    /// <exception cref="RedisClusterException">No node answers, or slots have no owner.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        RedisEndpoint[] seeds = [.. _options.Endpoints.Distinct()];
        _options.Random.Shuffle(seeds);
        SlotMap map = await _source.ReadAsync(seeds, cancellationToken).ConfigureAwait(false);
        if (map.CoveredSlots < HashSlot.Count && (_options.RequireFullCoverage || map.CoveredSlots == 0))
        {
            throw new RedisClusterException($"The cluster does not serve all slots: {map.CoveredSlots} of {HashSlot.Count} are covered.");
        }

        _ = _map.Publish(map);
        _refresher.Start();
    }

    /// <summary>Sends a command that was just written.</summary>
    public void Dispatch(PendingRequest request, ref RequestWriter writer)
    {
        int slot = request.Bucket;
        NodeConnection? node = slot >= 0 ? _map.Slots.PrimaryOf(slot) : _map.TargetOf(request.Command);
        if (node is not null)
        {
            node.Send(request, ref writer);
        }
        else
        {
            request.RetainFrame(writer.Frame);
            _recovery.Park(request, isNew: true);
            // Not before, or the reading may be over when it begins to wait.
            _refresher.Request();
        }
    }

    /// <summary>Sends a command that keeps its frame and has a connection to itself.</summary>
    public void DispatchDedicated(PendingRequest request) => _recovery.SendNew(request);

    public bool TrySetDefaultNode(ClusterNode? node) => _map.TrySetDefaultNode(node);

    /// <summary>Counts of every connection, those of gone nodes included.</summary>
    public RedisConnectionStatistics[] GetConnectionStatistics() => Array.ConvertAll(_pool.All, static node => node.GetStatistics());

    /// <summary>Reads the topology now, or with the reading that is due next.</summary>
    public Task RefreshNowAsync(CancellationToken cancellationToken) => _refresher.RequestAsync(cancellationToken);

    public INodeChannel? Select(CommandInfo command, int bucket)
    {
        NodeConnection? node = bucket >= 0 ? _map.Slots.PrimaryOf(bucket) : _map.TargetOf(command);
        if (node is null)
        {
            _refresher.Request();
        }

        return node;
    }

    public ValueTask WaitForOwnerAsync(CommandInfo command, int bucket, bool isNew, long deadline, CancellationToken cancellationToken)
    {
        ValueTask wait = _recovery.WaitForOwnerAsync(command, bucket, isNew, deadline, cancellationToken);
        _refresher.Request();
        return wait;
    }

    public INodeChannel? Follow(Redirect redirect, bool isMoved, INodeChannel source, bool mustBeKnown)
    {
        RedisEndpoint endpoint = _options.Remap(redirect.Resolve(source.Endpoint));
        if (mustBeKnown && Map.Nodes.Find(endpoint) is null)
        {
            return null;
        }

        if (isMoved)
        {
            CountMoved();
        }

        NodeConnection target = endpoint == source.Endpoint ? Renew(source) : _pool.Get(endpoint);
        if (isMoved)
        {
            _map.MoveSlot(redirect.Slot, target);
        }

        return target;
    }

    public bool IsKnownReplica(INodeChannel node) => Map.Nodes.Find(node.Endpoint) is { IsReplica: true };

    public void LookAnew(INodeChannel node, RedisException answer) => _refresher.Request();

    public void NoteLoss(INodeChannel node, bool isKeyless)
    {
        _refresher.Request();
        if (isKeyless)
        {
            _map.ReplaceDefaultNode(node);
        }
    }

    public FanOutTarget[] TargetsOf(CommandInfo command)
    {
        SlotMap map = Map;
        FanOutTarget[] targets = command.DefaultTarget == CommandTarget.AllNodes
            ? Array.ConvertAll(map.Nodes.All, node => new FanOutTarget(node.Connection, [node.Endpoint]))
            : Array.ConvertAll(map.Nodes.Primaries, node => new FanOutTarget(node.Connection, EndpointsOf(map.ShardOf(node)!)));
        return targets.Length > 0 ? targets : throw new RedisClusterException("No node of the cluster is known.") { Command = command.Name };
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        await _refresher.DisposeAsync().ConfigureAwait(false);
        _recovery.Dispose();
        await _pool.DisposeAsync().ConfigureAwait(false);
        _deadlines.Dispose();
    }

    private static RedisEndpoint[] EndpointsOf(Shard shard) => [shard.Primary.Endpoint, .. shard.Replicas.Select(replica => replica.Endpoint)];

    // A node that redirects to itself is not the one we meant to reach: its name or address leads elsewhere by now.
    private NodeConnection Renew(INodeChannel source)
    {
        NodeConnection renewed = _pool.Renew(source);
        _map.UseConnection(renewed);
        _refresher.Request();
        return renewed;
    }

    // A replica says that it is a primary by now. Whether that is so, and of what, the topology tells.
    private void ReadFrom(NodeConnection successor)
    {
        _informed.Add(successor.Endpoint);
        _refresher.RequestAtOnce();
    }

    private void CountMoved()
    {
        int count = Interlocked.Increment(ref _movedCount);
        if (_options.ReinitializeSteps > 0 && count % _options.ReinitializeSteps == 0)
        {
            _refresher.Request();
        }
    }

    // One reading, by the refresher. Errors are logged: those who wait for the topology have deadlines.
    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        RedisEndpoint[] informed = _informed.All;
        try
        {
            RedisEndpoint[] candidates = TopologyCandidates.Choose(_options, Map, _settings.Clock.Now, SilenceMilliseconds, informed);
            SlotMap map = await _source.ReadAsync(candidates, cancellationToken).ConfigureAwait(false);
            if (map.CoveredSlots > 0)
            {
                Probe(_map.Publish(map).Nodes.Primaries, map);
            }
        }
        catch (Exception cause) when (!cancellationToken.IsCancellationRequested)
        {
            TopologyLog.RefreshFailed(_settings.Logger, UserCode.MessageOf(cause));
        }

        if (_informed.Settle(informed, Map))
        {
            _refresher.RequestAtOnce();
        }

        foreach (NodeConnection node in _pool.All)
        {
            node.ReturnWaiting();
        }

        _recovery.SendAfterRefresh();
        Interlocked.Exchange(ref _nextReading, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    // About every 20 ms.
    private void Tick(long now)
    {
        _pool.TimeOut(now);
        _recovery.TimeOut(now);
        _successors.Look(now, Map);
        if (now < _nextLook)
        {
            return;
        }

        _nextLook = now + LookMilliseconds;
        // A hung server, or one behind a dead network, causes no error before the deadlines of the calls that wait for it.
        if (IsAnySilent(now))
        {
            _refresher.Request();
        }

        _pool.CloseUnused(now, node => Map.Nodes.Find(node.Endpoint) is not null);
    }

    private bool IsAnySilent(long now)
    {
        foreach (NodeConnection node in _pool.All)
        {
            if (node.SilentFor(now) >= SilenceMilliseconds)
            {
                return true;
            }
        }

        return false;
    }

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
