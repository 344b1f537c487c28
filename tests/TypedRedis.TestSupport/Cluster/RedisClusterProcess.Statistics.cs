namespace TypedRedis.TestSupport;

/// <content>What the nodes have done, and what they hold.</content>
public sealed partial class RedisClusterProcess
{
    /// <summary>Resets the statistics of every live node.</summary>
    public Task ResetStatisticsAsync() => Task.WhenAll(LiveNodes.Select(node => node.CallAsync("CONFIG", "RESETSTAT")));

    /// <summary>The command statistics of one node.</summary>
    public static async Task<CommandStatistics> CommandStatisticsAsync(ClusterNodeProcess node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return CommandStatistics.Parse((await node.CallAsync("INFO", "commandstats").ConfigureAwait(false)).Text!);
    }

    /// <summary>The numbers of one command (such as <c>get</c> or <c>cluster|slots</c>), added over all live nodes; replicas count the writes that they repeat.</summary>
    public Task<CommandStatistic> CommandStatisticAsync(string command) => CommandStatisticAsync(command, LiveNodes);

    /// <summary>The numbers of one command, added over the primaries.</summary>
    public async Task<CommandStatistic> CommandStatisticOnPrimariesAsync(string command) =>
        await CommandStatisticAsync(command, await PrimariesAsync().ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>The number of keys on a node; without a node, on all primaries together.</summary>
    public async Task<long> CountKeysAsync(ClusterNodeProcess? node = null)
    {
        IReadOnlyList<ClusterNodeProcess> nodes = node is null ? await PrimariesAsync().ConfigureAwait(false) : [node];
        RawReply[] counts = await Task.WhenAll(nodes.Select(one => one.CallAsync("DBSIZE"))).ConfigureAwait(false);
        return counts.Sum(count => count.Number);
    }

    /// <summary>Deletes all keys, and waits until the replicas have done so too.</summary>
    public async Task FlushAsync()
    {
        IReadOnlyList<ClusterNodeProcess> primaries = await PrimariesAsync().ConfigureAwait(false);
        await Task.WhenAll(primaries.Select(node => node.CallAsync("FLUSHALL"))).ConfigureAwait(false);
        await Eventually.TrueAsync(
            async () =>
            {
                RawReply[] counts = await Task.WhenAll(LiveNodes.Select(node => node.CallAsync("DBSIZE"))).ConfigureAwait(false);
                return counts.All(count => count.Number == 0);
            },
            description: "every node to be empty").ConfigureAwait(false);
    }

    private static async Task<CommandStatistic> CommandStatisticAsync(string command, IEnumerable<ClusterNodeProcess> nodes)
    {
        CommandStatistics[] all = await Task.WhenAll(nodes.Select(CommandStatisticsAsync)).ConfigureAwait(false);
        return new CommandStatistic(
            all.Sum(node => node[command].Calls), all.Sum(node => node[command].Rejected), all.Sum(node => node[command].Failed));
    }
}
