using System.Diagnostics;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

/// <summary>What becomes of a command for several nodes when one of them fails.</summary>
[Collection(ClusterCollection.Name)]
public sealed class FanOutFaultTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    // Failovers take 4 s on an idle machine.
    private static readonly Deadline s_patient = Deadline.After(TimeSpan.FromSeconds(30));

    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A24")]
    [Trait("Spec", "A29")]
    public async Task Killed_primary_is_asked_again_where_its_replica_took_over_and_the_others_are_not()
    {
        await _cluster.FlushAsync();
        await using RedisCluster client = await ConnectAsync();
        IWholeCluster redis = IWholeCluster.Create(client);
        await FillAsync(client, 300);
        Assert.Equal(300, await redis.DbSizeAsync());
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(9000);
        ClusterNodeProcess[] others = [await _cluster.PrimaryOfAsync(0), await _cluster.PrimaryOfAsync(16000)];
        await _cluster.ResetStatisticsAsync();

        await _cluster.KillAsync(primary);
        Assert.Equal(300, await redis.DbSizeAsync(s_patient));

        await _cluster.WaitForFailoverAsync(primary);
        foreach (ClusterNodeProcess other in others)
        {
            Assert.Equal(1, (await RedisClusterProcess.CommandStatisticsAsync(other))["dbsize"].Calls);
        }

        await _cluster.RestoreAsync(primary);
    }

    [Fact]
    [Trait("Spec", "A24")]
    [Trait("Spec", "A29")]
    public async Task Hung_primary_is_given_up_once_its_replica_took_over()
    {
        await _cluster.FlushAsync();
        await using RedisCluster client = await ConnectAsync();
        IWholeCluster redis = IWholeCluster.Create(client);
        await FillAsync(client, 300);
        Assert.Equal(300, await redis.DbSizeAsync());
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(9000);

        await _cluster.SuspendAsync(primary);
        Assert.Equal(300, await redis.DbSizeAsync(s_patient));

        await _cluster.WaitForFailoverAsync(primary);
        await _cluster.RestoreAsync(primary);
    }

    [Fact]
    [Trait("Spec", "A29")]
    public async Task Error_at_the_deadline_keeps_what_the_other_nodes_answered()
    {
        await _cluster.FlushAsync();
        await using RedisCluster client = await ConnectAsync();
        IWholeCluster redis = IWholeCluster.Create(client);
        await FillAsync(client, 300);
        Assert.Equal(300, await redis.DbSizeAsync());
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(9000);

        await _cluster.SuspendAsync(primary);
        var error = await Assert.ThrowsAsync<RedisMultiNodeException>(() => redis.DbSizeAsync(Deadline.After(TimeSpan.FromMilliseconds(300))).AsTask());

        Assert.Equal("DBSIZE", error.Command);
        Assert.Equal(3, error.Outcomes.Count);
        NodeOutcome failed = Assert.Single(error.Outcomes, outcome => !outcome.IsSuccess);
        Assert.Equal(primary.Port, failed.Endpoint.Port);
        Assert.Null(failed.Reply);
        Assert.IsType<RedisTimeoutException>(failed.Error);
        Assert.Same(failed.Error, error.InnerException);
        Assert.InRange(error.Outcomes.Where(outcome => outcome.IsSuccess).Sum(outcome => outcome.Reply!.ToInt64()), 1, 299);
        Assert.Contains($"1 of 3 nodes: {primary.Address}: RedisTimeoutException", error.Message, StringComparison.Ordinal);

        await _cluster.WaitForFailoverAsync(primary);
        await _cluster.RestoreAsync(primary);
    }

    [Fact]
    [Trait("Spec", "A29")]
    public async Task Write_that_may_not_be_repeated_is_told_unknown_as_soon_as_its_node_is_replaced()
    {
        await _cluster.FlushAsync();
        await using RedisCluster client = await ConnectAsync();
        IWholeCluster redis = IWholeCluster.Create(client);
        Assert.Equal(0, await redis.DbSizeAsync());
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(9000);

        await _cluster.SuspendAsync(primary);
        long start = Stopwatch.GetTimestamp();
        var error = await Assert.ThrowsAsync<RedisMultiNodeException>(() => redis.FlushDbAsync(Deadline.After(TimeSpan.FromMinutes(2))).AsTask());

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(60));
        NodeOutcome failed = Assert.Single(error.Outcomes, outcome => !outcome.IsSuccess);
        Assert.Equal(primary.Port, failed.Endpoint.Port);
        Assert.IsType<RedisOutcomeUnknownException>(failed.Error);
        Assert.All(error.Outcomes.Where(outcome => outcome.IsSuccess), outcome => Assert.Equal("OK", outcome.Reply!.ToString()));

        await _cluster.WaitForFailoverAsync(primary);
        await _cluster.RestoreAsync(primary);
    }

    [Fact]
    [Trait("Spec", "A24")]
    public async Task Replica_that_the_cluster_has_given_up_is_not_waited_for()
    {
        await using RedisCluster client = await ConnectAsync();
        IWholeCluster redis = IWholeCluster.Create(client);
        await redis.ConfigSetAsync("slowlog-max-len", "111");
        ClusterNodeProcess replica = (await _cluster.ReplicasOfAsync(9000))[0];

        await _cluster.SuspendAsync(replica);
        await redis.ConfigSetAsync("slowlog-max-len", "222", s_patient);

        Assert.DoesNotContain(client.Nodes, node => node.Endpoint.Port == replica.Port);
        await _cluster.RestoreAsync(replica);
    }

    [Fact]
    [Trait("Spec", "A24")]
    public async Task Node_that_is_removed_is_not_waited_for()
    {
        await using RedisClusterProcess cluster = await RedisClusterProcess.StartAsync();
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", cluster.Nodes[0].Port);
        IWholeCluster redis = IWholeCluster.Create(client);
        await redis.ConfigSetAsync("slowlog-max-len", "111");
        ClusterNodeProcess removed = (await cluster.ReplicasOfAsync(9000))[0];
        await cluster.SuspendAsync(removed);
        Task call = redis.ConfigSetAsync("slowlog-max-len", "222", s_patient).AsTask();
        Assert.False(call.IsCompleted);

        await cluster.RemoveNodeAsync(removed);
        await call;

        Assert.Equal(5, client.Nodes.Count);
        foreach (ClusterNodeProcess node in cluster.Nodes)
        {
            Assert.Contains("222", (await node.CallAsync("CONFIG", "GET", "slowlog-max-len")).ToString(), StringComparison.Ordinal);
        }
    }

    // Replication is asynchronous: only what a replica has by now is still there when it takes over.
    private async Task FillAsync(RedisCluster client, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await client.SetAsync($"fan-out:{i}", "v");
        }

        await Eventually.TrueAsync(
            async () =>
            {
                long[] copies = await Task.WhenAll((await _cluster.ReplicasAsync()).Select(replica => _cluster.CountKeysAsync(replica)));
                return copies.Sum() == count;
            },
            TimeSpan.FromSeconds(60),
            "the replicas to have the keys");
    }

    private Task<RedisCluster> ConnectAsync() => RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
}
