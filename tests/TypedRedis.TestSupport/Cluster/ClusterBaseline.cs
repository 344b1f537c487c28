namespace TypedRedis.TestSupport;

/// <summary>What a cluster was like when it had started: its nodes, their settings, and which nodes form a shard with which slots.</summary>
internal sealed class ClusterBaseline
{
    // They follow the roles by themselves.
    private static readonly string[] s_notSettings = ["replicaof", "slaveof"];

    private readonly Dictionary<ClusterNodeProcess, IReadOnlyDictionary<string, string>> _settings;
    private readonly List<ClusterNodeProcess[]> _shards;

    private ClusterBaseline(Dictionary<ClusterNodeProcess, IReadOnlyDictionary<string, string>> settings, List<ClusterNodeProcess[]> shards)
    {
        _settings = settings;
        _shards = shards;
    }

    public IReadOnlyCollection<ClusterNodeProcess> Nodes => _settings.Keys;

    /// <summary>The nodes that share slots, in the order of their slots.</summary>
    public IReadOnlyList<ClusterNodeProcess[]> Shards => _shards;

    /// <param name="nodes">All nodes: first the primaries with slots, then the replicas, which take turns.</param>
    /// <param name="primaries">The number of primaries with slots, which are shared out evenly.</param>
    /// <param name="replicas">The number of replicas altogether.</param>
    public static async Task<ClusterBaseline> ReadAsync(IReadOnlyList<ClusterNodeProcess> nodes, int primaries, int replicas)
    {
        IReadOnlyDictionary<string, string>[] settings = await Task.WhenAll(nodes.Select(ReadSettingsAsync)).ConfigureAwait(false);
        return new ClusterBaseline(
            nodes.Zip(settings).ToDictionary(pair => pair.First, pair => pair.Second),
            [.. Enumerable.Range(0, primaries).Select(shard => nodes.Take(primaries + replicas).Where((_, index) => index % primaries == shard).ToArray())]);
    }

    /// <summary>The shard that a slot began in.</summary>
    public ClusterNodeProcess[] HomeOf(int slot)
    {
        int shard = slot * _shards.Count / HashSlots.Count;
        // Shares of the slots are rounded down, and so may be the guess.
        return _shards[shard + 1 < _shards.Count && slot >= (shard + 1) * HashSlots.Count / _shards.Count ? shard + 1 : shard];
    }

    /// <summary>The settings that differ now, with the values that they had. Nodes that were added later have none.</summary>
    public async Task<IReadOnlyList<KeyValuePair<string, string>>> FindChangedAsync(ClusterNodeProcess node)
    {
        if (!_settings.TryGetValue(node, out IReadOnlyDictionary<string, string>? before))
        {
            return [];
        }

        IReadOnlyDictionary<string, string> now = await ReadSettingsAsync(node).ConfigureAwait(false);
        return [.. before.Where(setting => now.GetValueOrDefault(setting.Key) != setting.Value)];
    }

    private static async Task<IReadOnlyDictionary<string, string>> ReadSettingsAsync(ClusterNodeProcess node)
    {
        RawReply reply = await node.CallAsync("CONFIG", "GET", "*").ConfigureAwait(false);
        return reply.Items.Chunk(2).Where(pair => !s_notSettings.Contains(pair[0].Text)).ToDictionary(pair => pair[0].Text!, pair => pair[1].Text!);
    }
}
