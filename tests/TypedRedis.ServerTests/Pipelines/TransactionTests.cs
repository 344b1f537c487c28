using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Pipelines;

[Collection(ClusterCollection.Name)]
public sealed class TransactionTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A110")]
    public async Task Commands_of_one_slot_are_executed_between_multi_and_exec()
    {
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        await redis.DelAsync(["{a110}:n"]);
        await _cluster.ResetStatisticsAsync();
        (bool set, long n, string? read) = await redis.TransactionAsync(t => (t.Set("{a110}:s", "v"), t.Incr("{a110}:n"), t.Get("{a110}:s")));
        Assert.True(set);
        Assert.Equal(1, n);
        Assert.Equal("v", read);
        Assert.Equal(1, (await _cluster.CommandStatisticOnPrimariesAsync("multi")).Calls);
        Assert.Equal(1, (await _cluster.CommandStatisticOnPrimariesAsync("exec")).Calls);
    }

    [Fact]
    [Trait("Spec", "A110")]
    public async Task Keys_of_two_slots_are_refused_before_anything_is_sent()
    {
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        long before = client.GetConnectionStatistics().Sum(node => node.Commands);
        // The compiler refuses constants.
        RedisKey[] keys = ["a110:1", "a110:2"];
        await Assert.ThrowsAsync<RedisCrossSlotException>(async () => await redis.TransactionAsync(t => (t.Incr(keys[0]), t.Incr(keys[1]))));
        Assert.Equal(before, client.GetConnectionStatistics().Sum(node => node.Commands));
    }

    [Fact]
    [Trait("Spec", "A112")]
    public async Task Command_that_fails_in_exec_is_thrown_or_told_and_the_others_are_done()
    {
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        using IPipelined.Pipeline pipeline = redis.CreatePipeline();
        await redis.DelAsync(["{a112}:n"]);
        pipeline.Set("{a112}:s", "v");
        Deferred<long> push = pipeline.LPush("{a112}:s", "x");
        Deferred<long> n = pipeline.Incr("{a112}:n");
        PipelineReplies replies = await pipeline.ExecuteTransactionAsync(throwOnError: false);
        Assert.Equal("WRONGTYPE", Assert.IsType<RedisServerException>(replies.ErrorOf(push)).Code);
        Assert.Equal(1, replies.Get(n));

        pipeline.Incr("{a112}:n");
        pipeline.LPush("{a112}:s", "x");
        RedisPipelineException thrown = await Assert.ThrowsAsync<RedisPipelineException>(async () => await pipeline.ExecuteTransactionAsync());
        Assert.Equal(1, thrown.Index);
        Assert.Equal("2", await redis.GetAsync("{a112}:n"));
    }

    [Fact]
    [Trait("Spec", "A112")]
    public async Task Command_that_the_server_refuses_keeps_all_others_from_being_executed()
    {
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        using IPipelined.Pipeline pipeline = redis.CreatePipeline();
        await redis.DelAsync(["{a112b}:n"]);
        pipeline.Incr("{a112b}:n");
        pipeline.Execute(new RawCommand("NOSUCHCOMMAND").Key("{a112b}:n"));
        RedisPipelineException thrown = await Assert.ThrowsAsync<RedisPipelineException>(async () => await pipeline.ExecuteTransactionAsync());
        Assert.Equal(1, thrown.Index);
        Assert.Contains("unknown command", thrown.Message, StringComparison.Ordinal);
        Assert.Null(await redis.GetAsync("{a112b}:n"));
    }

    [Fact]
    public async Task Transaction_follows_a_slot_that_has_moved()
    {
        const int Slot = 3100;
        string key = HashSlots.KeyForSlot(Slot, ":moved");
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        await redis.SetAsync(key, "0");
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        await _cluster.MoveSlotAsync(Slot, await _cluster.PrimaryOfAsync(16000));
        try
        {
            Assert.Equal((1, 2), await redis.TransactionAsync(t => (t.Incr(key), t.Incr(key))));
        }
        finally
        {
            await _cluster.MoveSlotAsync(Slot, source);
        }
    }

    [Fact]
    [Trait("Spec", "A113")]
    public async Task Transaction_on_a_migrating_slot_asks_before_multi()
    {
        const int Slot = 3101;
        string key = HashSlots.KeyForSlot(Slot, ":a113");
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        await redis.SetAsync(key, "0");
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        await _cluster.StartMigrationAsync(Slot, await _cluster.PrimaryOfAsync(16000));
        try
        {
            await _cluster.MigrateKeysAsync(Slot, key);
            await _cluster.ResetStatisticsAsync();
            Assert.Equal((1, 2), await redis.TransactionAsync(t => (t.Incr(key), t.Incr(key))));
            Assert.Equal(1, (await _cluster.CommandStatisticOnPrimariesAsync("asking")).Calls);
            Assert.Equal(2, (await _cluster.CommandStatisticOnPrimariesAsync("incr")).Calls);
        }
        finally
        {
            await _cluster.MigrateKeysAsync(Slot);
            await _cluster.FinishMigrationAsync(Slot);
            await _cluster.MoveSlotAsync(Slot, source);
        }
    }

    private Task<RedisCluster> ConnectAsync() => RedisCluster.ConnectAsync($"redis://{_cluster.Nodes[0].Address}");
}
