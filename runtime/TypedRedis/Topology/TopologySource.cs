using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Topology;

/// <summary>Asks nodes for the topology until one knows an owner for every slot.</summary>
internal sealed class TopologySource(NodePool pool, RedisOptions options, Clock clock)
{
    // Answers with gaps are merged; so many of them tell that the gaps are the cluster's.
    private const int EnoughAnswers = 5;

    // A node that has not answered after this long is not waited for alone.
    private static readonly TimeSpan s_stagger = TimeSpan.FromMilliseconds(200);

    private static readonly CommandInfo s_clusterSlots =
        new("CLUSTER SLOTS", CommandFlags.ReadOnly | CommandFlags.Keyless, RetryClass.ReadOnly) { IsForOneNode = true };

    /// <summary>Reads the topology.</summary>
    /// <param name="candidates">Whom to ask, in this order. The next one is asked as soon as one fails, has gaps or is slow.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="RedisClusterException">No node answers.</exception>
    /// <exception cref="RedisAuthenticationException">No node answers, and one refused the user or password.</exception>
    public async Task<SlotMap> ReadAsync(IReadOnlyList<RedisEndpoint> candidates, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task<List<SlotAssignment>>> asking = [];
        List<List<SlotAssignment>> answers = [];
        Exception? failure = null;
        RedisAuthenticationException? authentication = null;
        int next = 0;
        try
        {
            while (answers.Count < EnoughAnswers && (next < candidates.Count || asking.Count > 0))
            {
                if (next < candidates.Count)
                {
                    asking.Add(AskAsync(pool.Get(candidates[next++]), ending.Token));
                }

                if (await FirstAsync(asking, mayGoOn: next < candidates.Count, ending.Token).ConfigureAwait(false) is not { } ended)
                {
                    continue;
                }

                asking.Remove(ended);
                try
                {
                    answers.Add(await ended.ConfigureAwait(false));
                    SlotMap map = SlotMap.Create(answers[^1]);
                    if (map.CoveredSlots == HashSlot.Count)
                    {
                        return map;
                    }
                }
                catch (Exception cause) when (!cancellationToken.IsCancellationRequested)
                {
                    // A translation of addresses may throw anything; another node may name others.
                    failure = cause;
                    authentication ??= cause as RedisAuthenticationException;
                }
            }
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            foreach (Task superfluous in asking)
            {
                // Nobody awaits them, so nobody would see their errors.
                _ = superfluous.ContinueWith(
                    static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
        }

        return answers.Count > 0 ? Merge(answers)
            : throw (authentication is null ? NoAnswer(candidates, failure) : ErrorCopy.Of(authentication));
    }

    // Null: none has ended for a while, so another one may be asked.
    private async Task<Task<List<SlotAssignment>>?> FirstAsync(List<Task<List<SlotAssignment>>> asking, bool mayGoOn, CancellationToken cancellationToken)
    {
        Task<Task<List<SlotAssignment>>> first = Task.WhenAny(asking);
        if (mayGoOn)
        {
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(first, clock.DelayAsync(s_stagger, ended.Token)).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (!first.IsCompleted)
            {
                return null;
            }
        }

        return await first.ConfigureAwait(false);
    }

    // For each slot the first answer counts.
    private static SlotMap Merge(List<List<SlotAssignment>> answers) => SlotMap.Create(Enumerable.Reverse(answers).SelectMany(answer => answer));

    private static RedisClusterException NoAnswer(IReadOnlyList<RedisEndpoint> candidates, Exception? cause) => new(
        $"No node of the cluster can tell its topology. Asked: {string.Join(", ", candidates.Take(10))}. Last error: {(cause is null ? "none" : UserCode.MessageOf(cause))}",
        cause);

    private async Task<List<SlotAssignment>> AskAsync(NodeConnection node, CancellationToken cancellationToken)
    {
        try
        {
            ClusterSlotsReply reply = await SendAsync(node, cancellationToken).ConfigureAwait(false);
            return Resolve(reply, node.Endpoint);
        }
        catch (RedisServerException refusal) when (refusal.Message.Contains("cluster support disabled", StringComparison.Ordinal))
        {
            throw new RedisClusterException("Cluster mode is not enabled on this node.", refusal) { Endpoint = node.Endpoint };
        }
    }

    private ValueTask<ClusterSlotsReply> SendAsync(NodeConnection node, CancellationToken cancellationToken)
    {
        PendingReply<ClusterSlotsReply> reply =
            PendingReply<ClusterSlotsReply>.Rent(s_clusterSlots, -1, clock.After(Clock.Milliseconds(options.ConnectTimeout)), ClusterSlotsReply.Decoder);
        var result = new ValueTask<ClusterSlotsReply>(reply, reply.Token);
        reply.RegisterCancellation(cancellationToken);
        var writer = new RequestWriter(hasher: null, "*2\r\n$7\r\nCLUSTER\r\n$5\r\nSLOTS\r\n"u8);
        node.Send(reply, ref writer);
        writer.Release();
        return result;
    }

    // Names as the asked node sees them become connections that this client can use.
    private List<SlotAssignment> Resolve(ClusterSlotsReply reply, RedisEndpoint asked)
    {
        NodeConnection[] connections = [.. reply.Nodes.Select(node => pool.Get(options.Remap(new(node.Host ?? asked.Host, node.Port))))];
        ClusterNode Member(int position, bool isReplica) =>
            new(connections[position], reply.Nodes[position].Id, reply.Nodes[position].HostName, isReplica);

        var shards = new Dictionary<int, Shard>();
        List<SlotAssignment> assignments = new(reply.Ranges.Count);
        foreach ((int first, int last, int[] members) in reply.Ranges)
        {
            if (!shards.TryGetValue(members[0], out Shard? shard))
            {
                shard = new Shard(Member(members[0], isReplica: false), [.. members.Skip(1).Select(member => Member(member, isReplica: true))]);
                shards.Add(members[0], shard);
            }

            assignments.Add(new(first, last, shard));
        }

        return assignments;
    }
}
