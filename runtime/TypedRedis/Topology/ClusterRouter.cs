using TypedRedis.Connections;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Topology;

/// <summary>
/// Finds the node for every command of a cluster client, keeps the picture of the cluster true, and decides what becomes of commands
/// that a node did not serve.
/// </summary>
internal sealed partial class ClusterRouter : IRequestRecovery, IPipelineRouter, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly RedisOptions _options;
    private readonly ConnectionSettings _settings;
    private readonly NodePool _pool;
    private readonly TopologySource _source;
    private readonly TopologyRefresher _refresher;
    private readonly RetryQueue _retries;
    private readonly DeadlineTimer _deadlines;

    // What every command reads; replaced as a whole, under the lock.
    private volatile SlotMap _map = SlotMap.Empty;
    private volatile ClusterNode? _defaultNode;

    public ClusterRouter(RedisOptions options, Clock clock)
    {
        _options = options;
        _settings = options.CreateConnectionSettings(clock);
        _pool = new NodePool(_settings, this);
        _source = new TopologySource(_pool, options, clock);
        _retries = new RetryQueue(clock, Route, new WaitingLimit(options.MaxWaitingCommands, options.MaxWaitingBytes));
        _refresher = new TopologyRefresher(RefreshAsync, clock, options.Random, options.TopologyRefreshInterval, _settings.Logger);
        _deadlines = new DeadlineTimer(clock, Tick, _settings.Logger);
    }

    public SlotMap Map => _map;

    /// <summary>Where commands without keys go unless they say otherwise; null before the start.</summary>
    public ClusterNode? DefaultNode => _defaultNode;

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

        Publish(map);
        _refresher.Start();
    }

    /// <summary>Sends a command that was just written.</summary>
    public void Dispatch(PendingRequest request, ref RequestWriter writer)
    {
        int slot = request.Slot;
        NodeConnection? node = slot >= 0 ? _map.PrimaryOf(slot) : KeylessTarget(request.Command);
        if (node is not null)
        {
            node.Send(request, ref writer);
        }
        else
        {
            request.RetainFrame(writer.Frame);
            ParkUncovered(request, isNew: true);
        }
    }

    /// <summary>Counts of every connection, those of gone nodes included.</summary>
    public RedisConnectionStatistics[] GetConnectionStatistics() => Array.ConvertAll(_pool.All, static node => node.GetStatistics());

    /// <summary>Reads the topology now, or with the reading that is due next.</summary>
    public Task RefreshNowAsync(CancellationToken cancellationToken) => _refresher.RequestAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _refresher.DisposeAsync().ConfigureAwait(false);
        _retries.Dispose();
        await _pool.DisposeAsync().ConfigureAwait(false);
        _deadlines.Dispose();
    }

    /// <summary>Sends a command that keeps its frame.</summary>
    public void Route(PendingRequest request) => Route(request, isNew: false);

    /// <summary>Sends a command that keeps its frame for the first time.</summary>
    public void RouteNew(PendingRequest request) => Route(request, isNew: true);

    private void Route(PendingRequest request, bool isNew)
    {
        if (request.IsCompleted)
        {
            request.ReleaseFrame();
            return;
        }

        // Permission to ask an importing node was for the attempt before.
        request.Asking = false;
        NodeConnection? node = request.Slot >= 0 ? _map.PrimaryOf(request.Slot) : KeylessTarget(request.Command);
        if (node is not null)
        {
            node.Send(request);
        }
        else
        {
            ParkUncovered(request, isNew);
        }
    }

    private NodeConnection? KeylessTarget(CommandInfo command) =>
        command.DefaultTarget == CommandTarget.RandomPrimary ? RandomPrimary(except: null)?.Connection : _defaultNode?.Connection;

    private void ParkUncovered(PendingRequest request, bool isNew)
    {
        _refresher.Request();
        string reason = request.Slot >= 0 ? $"slot {request.Slot} has no owner" : "no node is known";
        _retries.Add(request, ResendLimits.UncoveredDelay, orRefresh: true, new RedisClusterException(reason), isNew);
    }
}
