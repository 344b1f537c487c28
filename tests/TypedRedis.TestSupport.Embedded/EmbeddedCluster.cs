namespace TypedRedis.TestSupport.Embedded;

/// <summary>A cluster of <see cref="EmbeddedServer"/>s: primaries that share the slots evenly, without replicas.</summary>
public sealed class EmbeddedCluster : IAsyncDisposable
{
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(60);

    private readonly List<EmbeddedServer> _nodes = [];

    private EmbeddedCluster()
    {
    }

    /// <summary>The nodes, in the order of their slots.</summary>
    public IReadOnlyList<EmbeddedServer> Nodes => _nodes;

    /// <summary>Starts the nodes, joins them, and waits until each knows the owner of every slot.</summary>
    /// <param name="primaries">The number of nodes; default 3.</param>
    /// <exception cref="TimeoutException">That took longer than a minute.</exception>
    public static async Task<EmbeddedCluster> StartAsync(int primaries = 3)
    {
        var cluster = new EmbeddedCluster();
        try
        {
            for (int i = 0; i < primaries; i++)
            {
                cluster._nodes.Add(EmbeddedServer.Start(isClusterNode: true));
            }

            await cluster.FormAsync().ConfigureAwait(false);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Gives a slot without keys to another node, and waits until every node knows.</summary>
    public async Task MoveEmptySlotAsync(int slot, EmbeddedServer target)
    {
        ArgumentNullException.ThrowIfNull(target);
        string id = await IdOfAsync(target).ConfigureAwait(false);
        ClusterView view = await ViewAsync(target).ConfigureAwait(false);
        string sourceId = view.OwnerOf(slot)?.Id ?? throw new InvalidOperationException($"No node serves slot {slot}.");
        EmbeddedServer? source = null;
        foreach (EmbeddedServer node in _nodes)
        {
            source = await IdOfAsync(node).ConfigureAwait(false) == sourceId ? node : source;
        }

        await target.CallAsync("CLUSTER", "SETSLOT", slot, "IMPORTING", sourceId).ConfigureAwait(false);
        await source!.CallAsync("CLUSTER", "SETSLOT", slot, "MIGRATING", id).ConfigureAwait(false);
        await target.CallAsync("CLUSTER", "SETSLOT", slot, "NODE", id).ConfigureAwait(false);
        await source.CallAsync("CLUSTER", "SETSLOT", slot, "NODE", id).ConfigureAwait(false);
        await WaitForAsync(async node => (await ViewAsync(node).ConfigureAwait(false)).OwnerOf(slot)?.Id == id, $"slot {slot} to move").ConfigureAwait(false);
    }

    /// <summary>Stops all nodes.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (EmbeddedServer node in _nodes)
        {
            await node.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task FormAsync()
    {
        for (int i = 0; i < _nodes.Count; i++)
        {
            int first = i * HashSlots.Count / _nodes.Count;
            int last = ((i + 1) * HashSlots.Count / _nodes.Count) - 1;
            await _nodes[i].CallAsync("CLUSTER", "SET-CONFIG-EPOCH", i + 1).ConfigureAwait(false);
            await _nodes[i].CallAsync("CLUSTER", "ADDSLOTSRANGE", first, last).ConfigureAwait(false);
        }

        foreach (EmbeddedServer node in _nodes.Skip(1))
        {
            await _nodes[0].CallAsync("CLUSTER", "MEET", "127.0.0.1", node.Port).ConfigureAwait(false);
        }

        await WaitForAsync(
            async node => (await ViewAsync(node).ConfigureAwait(false)).Nodes.Sum(seen => seen.Slots.Sum(range => range.Last - range.First + 1)) == HashSlots.Count,
            "every node to know the owners of all slots").ConfigureAwait(false);
    }

    private Task WaitForAsync(Func<EmbeddedServer, Task<bool>> condition, string description) => Eventually.TrueAsync(
        async () =>
        {
            foreach (EmbeddedServer node in _nodes)
            {
                if (!await condition(node).ConfigureAwait(false))
                {
                    return false;
                }
            }

            return true;
        },
        s_startTimeout,
        description);

    private static async Task<string> IdOfAsync(EmbeddedServer node) => (await node.CallAsync("CLUSTER", "MYID").ConfigureAwait(false)).Text!;

    private static async Task<ClusterView> ViewAsync(EmbeddedServer node) =>
        ClusterView.Parse((await node.CallAsync("CLUSTER", "NODES").ConfigureAwait(false)).Text!);
}
