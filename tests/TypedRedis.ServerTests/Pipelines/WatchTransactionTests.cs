using System.Globalization;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Pipelines;

[Collection(ClusterCollection.Name)]
public sealed class WatchTransactionTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A111")]
    public async Task Transaction_is_executed_if_no_watched_key_changed_and_else_it_is_not()
    {
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        await redis.SetAsync("{a111}:n", "5");
        await using (RedisWatch watch = await RedisWatch.StartAsync(client, ["{a111}:n"]))
        {
            IPipelined watched = IPipelined.Create(watch);
            Assert.Equal("5", await watched.GetAsync("{a111}:n"));
            Assert.Equal((6, true), await watched.TransactionAsync(t => (t.Incr("{a111}:n"), t.Set("{a111}:seen", "5"))));
        }

        await using (RedisWatch watch = await RedisWatch.StartAsync(client, ["{a111}:n"]))
        {
            IPipelined watched = IPipelined.Create(watch);
            Assert.Equal("6", await watched.GetAsync("{a111}:n"));
            await redis.IncrAsync("{a111}:n");
            await Assert.ThrowsAsync<RedisWatchException>(async () => await watched.TransactionAsync(t => (t.Incr("{a111}:n"), t.Set("{a111}:seen", "6"))));
        }

        Assert.Equal("7", await redis.GetAsync("{a111}:n"));
        Assert.Equal("5", await redis.GetAsync("{a111}:seen"));
    }

    [Fact]
    [Trait("Spec", "A111")]
    public async Task Keys_of_another_slot_than_the_watched_one_are_refused()
    {
        await using RedisCluster client = await ConnectAsync();
        await using RedisWatch watch = await RedisWatch.StartAsync(client, ["{a111}:n"]);
        IPipelined watched = IPipelined.Create(watch);
        await Assert.ThrowsAsync<RedisCrossSlotException>(async () => await watched.TransactionAsync(t => (t.Incr("{other}:n"), t.Incr("{other}:m"))));
        await Assert.ThrowsAsync<RedisCrossSlotException>(async () => await watched.PipelineAsync(p => p.Incr("{other}:n")));
    }

    [Fact]
    [Trait("Spec", "A112")]
    public async Task Slot_that_moves_while_it_is_watched_breaks_the_watch()
    {
        const int Slot = 3300;
        string key = HashSlots.KeyForSlot(Slot, ":a112");
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        await redis.SetAsync(key, "1");
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        await using RedisWatch watch = await RedisWatch.StartAsync(client, [key]);
        IPipelined watched = IPipelined.Create(watch);
        Assert.Equal("1", await watched.GetAsync(key));
        await _cluster.MoveSlotAsync(Slot, await _cluster.PrimaryOfAsync(16000));
        try
        {
            await Assert.ThrowsAsync<RedisWatchException>(async () => await watched.TransactionAsync(t => (t.Incr(key), t.Incr(key))));
            Assert.Equal("1", await redis.GetAsync(key));
        }
        finally
        {
            await _cluster.MoveSlotAsync(Slot, source);
        }
    }

    [Fact]
    [Trait("Spec", "A114")]
    public async Task Helper_tries_again_until_nobody_else_has_changed_the_key()
    {
        const int Writers = 8;
        const int Rounds = 20;
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        await redis.SetAsync("a114", "0");
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                Assert.True(await RedisWatch.RunAsync(client, ["a114"], AddOneAsync, attempts: 1_000));
            }
        })));
        Assert.Equal($"{Writers * Rounds}", await redis.GetAsync("a114"));
    }

    [Fact]
    [Trait("Spec", "A114")]
    public async Task Helper_gives_up_after_the_last_attempt()
    {
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        await redis.SetAsync("a114:lost", "0");
        int attempts = 0;
        await Assert.ThrowsAsync<RedisWatchException>(async () => await RedisWatch.RunAsync(
            client,
            ["a114:lost"],
            async watch =>
            {
                attempts++;
                await redis.IncrAsync("a114:lost");
                return await AddOneAsync(watch, "a114:lost");
            },
            attempts: 3));
        Assert.Equal(3, attempts);
        Assert.Equal("3", await redis.GetAsync("a114:lost"));
    }

    private static ValueTask<bool> AddOneAsync(RedisWatch watch) => AddOneAsync(watch, "a114");

    private static async ValueTask<bool> AddOneAsync(RedisWatch watch, string key)
    {
        IPipelined watched = IPipelined.Create(watch);
        int value = int.Parse((await watched.GetAsync(key))!, CultureInfo.InvariantCulture);
        return await watched.TransactionAsync(t => t.Set(key, (value + 1).ToString(CultureInfo.InvariantCulture)));
    }

    private Task<RedisCluster> ConnectAsync() => RedisCluster.ConnectAsync($"redis://{_cluster.Nodes[0].Address}");
}
