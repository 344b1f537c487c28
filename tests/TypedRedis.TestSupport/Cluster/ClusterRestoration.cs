namespace TypedRedis.TestSupport;

/// <summary>Brings a cluster back to what it was like when it had started.</summary>
internal sealed class ClusterRestoration(RedisClusterProcess cluster, ClusterBaseline baseline, TimeSpan deadline)
{
    /// <exception cref="TimeoutException">A wait took longer than the deadline.</exception>
    /// <exception cref="InvalidOperationException">It is not possible.</exception>
    public async Task RunAsync()
    {
        if (baseline.Nodes.Except(cluster.Nodes).FirstOrDefault() is { } removed)
        {
            throw new InvalidOperationException($"{removed} was removed from the cluster.");
        }

        await Task.WhenAll(cluster.Nodes.Select(ReviveAsync)).ConfigureAwait(false);
        await cluster.WaitUntilHealthyAsync(deadline).ConfigureAwait(false);
        bool changed = await ReturnSlotsAsync().ConfigureAwait(false);
        foreach (ClusterNodeProcess added in cluster.Nodes.Except(baseline.Nodes).ToArray())
        {
            await cluster.RemoveNodeAsync(added).ConfigureAwait(false);
            changed = true;
        }

        if (changed)
        {
            await cluster.WaitUntilHealthyAsync(deadline).ConfigureAwait(false);
        }

        ClusterView view = await cluster.ViewAsync().ConfigureAwait(false);
        foreach (ClusterNodeProcess[] shard in baseline.Shards)
        {
            PrimaryOf(shard, view);
        }
    }

    private async Task ReviveAsync(ClusterNodeProcess node)
    {
        if (node.Server.IsRunning)
        {
            node.Server.Resume();
        }
        else
        {
            await node.Server.RestartAsync().ConfigureAwait(false);
        }

        // It may be loading yet.
        await Eventually.TrueAsync(
            async () =>
            {
                await node.CallAsync("CLIENT", "UNPAUSE").ConfigureAwait(false);
                foreach ((string name, string value) in await baseline.FindChangedAsync(node).ConfigureAwait(false))
                {
                    await node.CallAsync("CONFIG", "SET", name, value).ConfigureAwait(false);
                }

                return true;
            },
            deadline,
            $"{node} to have its settings back").ConfigureAwait(false);
    }

    private async Task<bool> ReturnSlotsAsync()
    {
        int open = await cluster.StabilizeAllSlotsAsync().ConfigureAwait(false);
        ClusterView view = await cluster.ViewAsync().ConfigureAwait(false);
        int[] astray =
        [
            .. cluster.Nodes.SelectMany(node => view.Find(node.Id)!.Slots
                .SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1))
                .Where(slot => !baseline.HomeOf(slot).Contains(node))),
        ];
        if (open == 0 && astray.Length == 0)
        {
            return false;
        }

        // Keys on their way may be at either end.
        await cluster.FlushAsync().ConfigureAwait(false);
        foreach (int slot in astray)
        {
            await cluster.MoveSlotAsync(slot, PrimaryOf(baseline.HomeOf(slot), view)).ConfigureAwait(false);
        }

        return true;
    }

    // A shard consists of a primary and its replicas, and no other node has come between them.
    private static ClusterNodeProcess PrimaryOf(ClusterNodeProcess[] shard, ClusterView view)
    {
        ClusterNodeProcess[] primaries = Array.FindAll(shard, node => view.Find(node.Id) is { IsPrimary: true });
        return primaries.Length == 1 && shard.All(node => node == primaries[0] || view.Find(node.Id)!.PrimaryId == primaries[0].Id)
            ? primaries[0]
            : throw new InvalidOperationException($"{string.Join<ClusterNodeProcess>(", ", shard)} are no primary with its replicas any more.");
    }
}
