using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Pipelines;

[Collection(ClusterCollection.Name)]
public sealed class PipelineRedirectTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A105")]
    [Trait("Spec", "A108")]
    public async Task Moved_commands_keep_the_order_of_their_slot_and_the_move_is_remembered()
    {
        const int Slot = 3000;
        string key = HashSlots.KeyForSlot(Slot, ":a105");
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        await redis.SetAsync(key, "0");
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        await _cluster.MoveSlotAsync(Slot, await _cluster.PrimaryOfAsync(16000));
        try
        {
            using IPipelined.Pipeline pipeline = redis.CreatePipeline();
            Deferred<long>[] replies = [.. Enumerable.Range(0, 50).Select(_ => pipeline.Incr(key))];
            Deferred<bool> other = pipeline.Set(HashSlots.KeyForSlot(100, ":a105"), "beside");
            await _cluster.ResetStatisticsAsync();
            PipelineReplies all = await pipeline.ExecuteAsync();
            Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), replies.Select(all.Get));
            Assert.True(all.Get(other));
            Assert.Equal(new CommandStatistic(50, 50, 0), await _cluster.CommandStatisticOnPrimariesAsync("incr"));
            Assert.Equal(51, await redis.IncrAsync(key));
            Assert.Equal(50, (await _cluster.CommandStatisticOnPrimariesAsync("incr")).Rejected);
        }
        finally
        {
            await _cluster.MoveSlotAsync(Slot, source);
        }
    }

    [Fact]
    [Trait("Spec", "A106")]
    public async Task Commands_on_a_slot_that_is_half_migrated_are_executed_once_each_in_order()
    {
        const int Slot = 3001;
        string moved = HashSlots.KeyForSlot(Slot, ":a106:moved");
        string left = HashSlots.KeyForSlot(Slot, ":a106:left");
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        await redis.SetAsync(moved, "0");
        await redis.SetAsync(left, "0");
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        await _cluster.StartMigrationAsync(Slot, await _cluster.PrimaryOfAsync(16000));
        Task<PipelineReplies> execution;
        using IPipelined.Pipeline pipeline = redis.CreatePipeline();
        Deferred<long>[] onMoved;
        Deferred<long>[] onLeft;
        Deferred<string?[]> both;
        try
        {
            await _cluster.MigrateKeysAsync(Slot, moved);
            onMoved = [.. Enumerable.Range(0, 20).Select(_ => pipeline.Incr(moved))];
            onLeft = [.. Enumerable.Range(0, 20).Select(_ => pipeline.Incr(left))];
            // One key here, one there: TRYAGAIN until the migration is over.
            both = pipeline.MGet([moved, left]);
            execution = pipeline.ExecuteAsync(deadline: Deadline.After(TimeSpan.FromSeconds(30))).AsTask();
            await Eventually.TrueAsync(async () => (await _cluster.CommandStatisticOnPrimariesAsync("mget")).Rejected > 0, description: "TRYAGAIN");
            Assert.False(execution.IsCompleted);
        }
        finally
        {
            await _cluster.MigrateKeysAsync(Slot);
            await _cluster.FinishMigrationAsync(Slot);
        }

        try
        {
            PipelineReplies all = await execution;
            Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), onMoved.Select(all.Get));
            Assert.Equal(Enumerable.Range(1, 20).Select(i => (long)i), onLeft.Select(all.Get));
            Assert.Equal<string?>(["20", "20"], all.Get(both).AsEnumerable());
        }
        finally
        {
            await _cluster.MoveSlotAsync(Slot, source);
        }
    }

    [Fact]
    [Trait("Spec", "A107")]
    public async Task Lost_connection_leaves_answered_commands_alone_and_repeats_only_what_may_be()
    {
        const int Slot = 3002;
        string counter = HashSlots.KeyForSlot(Slot, ":a107:counter");
        string value = HashSlots.KeyForSlot(Slot, ":a107:value");
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        await redis.SetAsync(value, "v");
        await redis.DelAsync([counter]);
        ClusterNodeProcess node = await _cluster.PrimaryOfAsync(Slot);
        using IPipelined.Pipeline pipeline = redis.CreatePipeline();
        Deferred<long>[] increments = [.. Enumerable.Range(0, 30).Select(_ => pipeline.Incr(counter))];
        Deferred<string?> read = pipeline.Get(value);

        await node.CallAsync("CLIENT", "PAUSE", 60_000, "WRITE");
        Task<PipelineReplies> execution = pipeline.ExecuteAsync(throwOnError: false, Deadline.After(TimeSpan.FromSeconds(30))).AsTask();
        await Eventually.TrueAsync(() => client.GetConnectionStatistics().Any(statistics => statistics.Commands > statistics.Replies), description: "the commands to be sent");
        await node.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        await node.CallAsync("CLIENT", "UNPAUSE");
        PipelineReplies replies = await execution;
        Assert.Equal("v", replies.Get(read));
        int unknown = increments.Count(increment => replies.ErrorOf(increment) is RedisOutcomeUnknownException);
        long stored = long.Parse(await redis.GetAsync(counter) ?? "0", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(30, unknown + increments.Count(increment => replies.ErrorOf(increment) is null));
        Assert.InRange(stored, 30 - unknown, 30);
    }

    private Task<RedisCluster> ConnectAsync() => RedisCluster.ConnectAsync($"redis://{_cluster.Nodes[0].Address}");
}
