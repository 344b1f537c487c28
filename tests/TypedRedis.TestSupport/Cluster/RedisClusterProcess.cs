namespace TypedRedis.TestSupport;

/// <summary>
/// A real cluster: any number of primaries, replicas and spare primaries, each a <see cref="RedisServerProcess"/> of this process.
/// Operations on slots are in <c>RedisClusterProcess.Slots.cs</c>, on failures in <c>RedisClusterProcess.Failures.cs</c>.
/// </summary>
public sealed partial class RedisClusterProcess : IAsyncDisposable
{
    // Up to this size every node is introduced to every other; gossip would need some rounds for it.
    private const int LargestMesh = 16;

    private readonly RedisClusterOptions _options;
    private readonly List<ClusterNodeProcess> _nodes = [];
    private ClusterBaseline? _baseline;

    private RedisClusterProcess(RedisClusterOptions options) => _options = options;

    /// <summary>All nodes: first the ones that began as primaries with slots, then their replicas, spares, and nodes added later.</summary>
    public IReadOnlyList<ClusterNodeProcess> Nodes => _nodes;

    /// <summary>The nodes that run and are not suspended.</summary>
    public IReadOnlyList<ClusterNodeProcess> LiveNodes => [.. _nodes.Where(node => node.IsLive)];

    /// <summary>The nodes that began as spares; they have no slots unless some were moved there.</summary>
    public IReadOnlyList<ClusterNodeProcess> Spares =>
        [.. _nodes.Skip(_options.Primaries * (1 + _options.ReplicasPerPrimary)).Take(_options.Spares)];

    /// <summary>Starts the servers, joins them to a cluster, and waits until it is healthy on every node.</summary>
    /// <exception cref="TimeoutException">That took longer than <see cref="RedisClusterOptions.StartTimeout"/>; the message says what was missing.</exception>
    public static async Task<RedisClusterProcess> StartAsync(RedisClusterOptions? options = null)
    {
        var cluster = new RedisClusterProcess(options ?? new RedisClusterOptions());
        try
        {
            await cluster.FormAsync().ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The node that serves a slot.</summary>
    /// <exception cref="InvalidOperationException">None does.</exception>
    public async Task<ClusterNodeProcess> PrimaryOfAsync(int slot)
    {
        ClusterView view = await ViewAsync().ConfigureAwait(false);
        return view.OwnerOf(slot) is { } owner ? Node(owner.Id) : throw new InvalidOperationException($"No node serves slot {slot}.");
    }

    /// <summary>The live replicas of the node that serves a slot.</summary>
    public async Task<IReadOnlyList<ClusterNodeProcess>> ReplicasOfAsync(int slot)
    {
        ClusterView view = await ViewAsync().ConfigureAwait(false);
        string? primary = view.OwnerOf(slot)?.Id;
        return [.. LiveNodes.Where(node => primary is not null && view.Find(node.Id)?.PrimaryId == primary)];
    }

    /// <summary>The live nodes that are primaries now, spares included.</summary>
    public async Task<IReadOnlyList<ClusterNodeProcess>> PrimariesAsync()
    {
        ClusterView view = await ViewAsync().ConfigureAwait(false);
        return [.. LiveNodes.Where(node => view.Find(node.Id)?.IsPrimary == true)];
    }

    /// <summary>The live nodes that are replicas now.</summary>
    public async Task<IReadOnlyList<ClusterNodeProcess>> ReplicasAsync()
    {
        ClusterView view = await ViewAsync().ConfigureAwait(false);
        return [.. LiveNodes.Where(node => view.Find(node.Id)?.PrimaryId is not null)];
    }

    /// <summary>The cluster as a node sees it; without a node, as the first live one does.</summary>
    public async Task<ClusterView> ViewAsync(ClusterNodeProcess? viewer = null)
    {
        ClusterNodeProcess node = viewer ?? _nodes.Find(candidate => candidate.IsLive)
            ?? throw new InvalidOperationException("No node of the cluster is running.");
        return ClusterView.Parse((await node.CallAsync("CLUSTER", "NODES").ConfigureAwait(false)).Text!);
    }

    /// <summary>
    /// Waits until all live nodes agree on roles and slots, see each other, serve all slots, and have their replicas listed and in
    /// step: those acknowledge a write that is made (and undone) for that. Nodes that were killed or suspended are left aside.
    /// </summary>
    /// <exception cref="TimeoutException">That did not happen in time (default 30 s); the message says what was missing.</exception>
    public Task WaitUntilHealthyAsync(TimeSpan? deadline = null) => Eventually.NoProblemAsync(
        () => ClusterHealth.FindProblemAsync(_nodes), deadline ?? TimeSpan.FromSeconds(30), "the cluster to be healthy");

    /// <summary>Starts one more node and introduces it to all live ones, without slots or as a replica.</summary>
    /// <param name="primary">The node to be a replica of; <see langword="null"/> adds a primary without slots.</param>
    public async Task<ClusterNodeProcess> AddNodeAsync(ClusterNodeProcess? primary = null)
    {
        ClusterNodeProcess node = await StartNodeAsync().ConfigureAwait(false);
        await MeetAsync(node, LiveNodes).ConfigureAwait(false);
        _nodes.Add(node);
        await WaitUntilAcquaintedAsync().ConfigureAwait(false);
        if (primary is not null)
        {
            await node.CallAsync("CLUSTER", "REPLICATE", primary.Id).ConfigureAwait(false);
        }

        await WaitUntilHealthyAsync().ConfigureAwait(false);
        return node;
    }

    /// <summary>Makes every other node forget a node that has no slots, and ends its process.</summary>
    /// <exception cref="RawErrorException">It still serves slots that another node's replicas depend on, or is unknown.</exception>
    public async Task RemoveNodeAsync(ClusterNodeProcess node)
    {
        ArgumentNullException.ThrowIfNull(node);
        await node.Server.KillAsync().ConfigureAwait(false);
        await Task.WhenAll(LiveNodes.Select(other => other.CallAsync("CLUSTER", "FORGET", node.Id))).ConfigureAwait(false);
        _nodes.Remove(node);
        node.Server.Dispose();
    }

    /// <summary>Kills all nodes and removes their folders.</summary>
    public ValueTask DisposeAsync()
    {
        foreach (ClusterNodeProcess node in _nodes)
        {
            node.Server.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private ClusterNodeProcess Node(string id) => _nodes.First(node => node.Id == id);

    private async Task FormAsync()
    {
        int primaries = _options.Primaries;
        int replicas = primaries * _options.ReplicasPerPrimary;
        Task<ClusterNodeProcess>[] starts = [.. Enumerable.Range(0, primaries + replicas + _options.Spares).Select(_ => StartNodeAsync())];
        try
        {
            await Task.WhenAll(starts).ConfigureAwait(false);
        }
        finally
        {
            // The ones that started are to be disposed of, whatever became of the others.
            _nodes.AddRange(starts.Where(start => start.IsCompletedSuccessfully).Select(start => start.Result));
        }

        await Task.WhenAll(_nodes.Select((node, index) => PrepareAsync(node, index))).ConfigureAwait(false);
        int acquaintances = _nodes.Count <= LargestMesh ? _nodes.Count : 1;
        await Task.WhenAll(_nodes.Select((node, index) => MeetAsync(node, [.. _nodes.Take(Math.Min(index, acquaintances))]))).ConfigureAwait(false);
        await WaitUntilAcquaintedAsync().ConfigureAwait(false);
        await Task.WhenAll(Enumerable.Range(0, replicas)
            .Select(i => _nodes[primaries + i].CallAsync("CLUSTER", "REPLICATE", _nodes[i % primaries].Id))).ConfigureAwait(false);
        await WaitUntilHealthyAsync(_options.StartTimeout).ConfigureAwait(false);
        _baseline = await ClusterBaseline.ReadAsync(_nodes, primaries, replicas).ConfigureAwait(false);
    }

    private async Task<ClusterNodeProcess> StartNodeAsync()
    {
        RedisServerProcess server = await RedisServerProcess.StartAsync(_options.ForNode()).ConfigureAwait(false);
        try
        {
            return new ClusterNodeProcess(server, (await server.CallAsync("CLUSTER", "MYID").ConfigureAwait(false)).Text!);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    private async Task PrepareAsync(ClusterNodeProcess node, int index)
    {
        // Different epochs from the start spare the nodes from settling who is right.
        await node.CallAsync("CLUSTER", "SET-CONFIG-EPOCH", index + 1).ConfigureAwait(false);
        if (index < _options.Primaries)
        {
            int first = index * HashSlots.Count / _options.Primaries;
            int last = ((index + 1) * HashSlots.Count / _options.Primaries) - 1;
            await node.CallAsync("CLUSTER", "ADDSLOTSRANGE", first, last).ConfigureAwait(false);
        }
    }

    private static async Task MeetAsync(ClusterNodeProcess node, IReadOnlyList<ClusterNodeProcess> others)
    {
        foreach (ClusterNodeProcess other in others)
        {
            await node.CallAsync("CLUSTER", "MEET", "127.0.0.1", other.Port).ConfigureAwait(false);
        }
    }

    private Task WaitUntilAcquaintedAsync() => Eventually.NoProblemAsync(
        async () =>
        {
            foreach (ClusterNodeProcess viewer in LiveNodes)
            {
                ClusterView view = await ViewAsync(viewer).ConfigureAwait(false);
                if (LiveNodes.FirstOrDefault(node => view.Find(node.Id) is not { IsConnected: true } seen || seen.Flags.Contains("handshake")) is { } missing)
                {
                    return $"{viewer} does not know {missing}";
                }
            }

            return null;
        },
        _options.StartTimeout,
        "all nodes to know each other");
}
