namespace TypedRedis.TestSupport;

/// <summary>
/// Judges whether a cluster has come to rest: all live nodes see the same roles and slots, none of them misses another, all
/// replicas are listed and carry out what their primary does.
/// </summary>
internal static class ClusterHealth
{
    private const int AcknowledgementMilliseconds = 2_000;

    /// <returns>The first problem found, or <see langword="null"/>.</returns>
    public static async Task<string?> FindProblemAsync(IReadOnlyList<ClusterNodeProcess> nodes)
    {
        ClusterNodeProcess[] live = [.. nodes.Where(node => node.IsLive)];
        if (live.Length == 0)
        {
            return "no node is running";
        }

        NodeState[] states = await Task.WhenAll(live.Select(ReadAsync)).ConfigureAwait(false);
        string? expected = null;
        foreach (NodeState state in states)
        {
            string? problem = FindProblem(state, live);
            if (problem is not null)
            {
                return $"{state.Node}: {problem}";
            }

            string summary = Summarize(state.View, live);
            expected ??= summary;
            if (summary != expected)
            {
                return $"{state.Node} and {states[0].Node} disagree: {summary} / {expected}";
            }
        }

        string?[] problems = await Task.WhenAll(states.Select(state => FindLagAsync(state, states))).ConfigureAwait(false);
        return Array.Find(problems, problem => problem is not null);
    }

    // A replica whose link is up may yet get nothing for a while: a primary that has just sent it a whole copy waits for a sign of it before it sends
    // what came later. Equal offsets do not tell, so a write is sent the whole way.
    private static async Task<string?> FindLagAsync(NodeState state, NodeState[] all)
    {
        ClusterViewNode own = state.View.Find(state.Node.Id)!;
        int replicas = all.Count(other => other.View.Find(other.Node.Id)!.PrimaryId == own.Id);
        int slot = own.Slots.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).Except(own.OpenSlots).FirstOrDefault(-1);
        if (replicas == 0 || slot < 0)
        {
            return null;
        }

        string key = HashSlots.KeyForSlot(slot, ":rig");
        RawConnection connection = await state.Node.ConnectAsync().ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            // Commands that tests do not count.
            await connection.CallAsync("APPEND", key, "v").ConfigureAwait(false);
            await connection.CallAsync("UNLINK", key).ConfigureAwait(false);
            long acknowledged = (await connection.CallAsync("WAIT", replicas, AcknowledgementMilliseconds).ConfigureAwait(false)).Number;
            return acknowledged < replicas ? $"{state.Node}: {acknowledged} of {replicas} replicas have its last write" : null;
        }
    }

    private static string? FindProblem(NodeState state, ClusterNodeProcess[] live)
    {
        if (!state.Info.Contains("cluster_state:ok", StringComparison.Ordinal))
        {
            return "its cluster state is not ok";
        }

        foreach (ClusterNodeProcess node in live)
        {
            if (state.View.Find(node.Id) is not { } seen)
            {
                return $"it does not know {node}";
            }

            if (seen.IsFailing || !seen.IsConnected || seen.Flags.Contains("handshake"))
            {
                return $"it does not reach {node} ({string.Join(',', seen.Flags)})";
            }
        }

        if (state.View.Find(state.Node.Id)!.PrimaryId is not null && !state.Replication.Contains("master_link_status:up", StringComparison.Ordinal))
        {
            return "it has no link to its primary";
        }

        foreach (ClusterViewNode primary in state.View.Nodes.Where(node => node.Slots.Count > 0))
        {
            string[] expected = [primary.Id, .. live.Where(node => state.View.Find(node.Id)!.PrimaryId == primary.Id).Select(node => node.Id)];
            foreach (SlotRange range in primary.Slots)
            {
                if (!state.Listed.TryGetValue(range.First, out HashSet<string>? listed) || !listed.SetEquals(expected))
                {
                    return $"it lists {listed?.Count ?? 0} nodes for slots {range.First} to {range.Last}, not {expected.Length}";
                }
            }
        }

        return null;
    }

    private static string Summarize(ClusterView view, ClusterNodeProcess[] live) => string.Join("; ", live.Select(node =>
    {
        ClusterViewNode seen = view.Find(node.Id)!;
        return $"{node} {(seen.PrimaryId is null ? "primary" : "replica of " + seen.PrimaryId[..6])} {string.Join(',', seen.Slots.Select(range => $"{range.First}-{range.Last}"))}";
    }));

    private static async Task<NodeState> ReadAsync(ClusterNodeProcess node)
    {
        RawConnection connection = await node.ConnectAsync().ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            string info = (await connection.CallAsync("CLUSTER", "INFO").ConfigureAwait(false)).Text!;
            string view = (await connection.CallAsync("CLUSTER", "NODES").ConfigureAwait(false)).Text!;
            RawReply slots = await connection.CallAsync("CLUSTER", "SLOTS").ConfigureAwait(false);
            string replication = (await connection.CallAsync("INFO", "replication").ConfigureAwait(false)).Text!;
            // [first, last, [endpoint, port, id, …], …]
            var listed = slots.Items.ToDictionary(range => (int)range[0].Number, range => range.Items.Skip(2).Select(entry => entry[2].Text!).ToHashSet());
            return new NodeState(node, info, ClusterView.Parse(view), listed, replication);
        }
    }

    private sealed record NodeState(ClusterNodeProcess Node, string Info, ClusterView View, Dictionary<int, HashSet<string>> Listed, string Replication);
}
