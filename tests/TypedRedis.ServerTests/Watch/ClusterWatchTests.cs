using TypedRedis.Protocol;
using TypedRedis.ServerTests.Blocking;
using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Watch;

[Collection(ClusterCollection.Name)]
public sealed class ClusterWatchTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private static readonly CommandInfo s_dbSize =
        new("DBSIZE", CommandFlags.ReadOnly | CommandFlags.Keyless, RetryClass.ReadOnly, response: ResponsePolicy.AggSum, defaultTarget: CommandTarget.Primaries);

    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A111")]
    public async Task Keys_in_different_slots_are_refused_and_nothing_is_sent()
    {
        await using RedisCluster client = await ConnectAsync();
        await Assert.ThrowsAsync<RedisCrossSlotException>(() => RedisWatch.StartAsync(client, ["{a}1", "{b}1"]).AsTask());
        await using RedisWatch watch = await RedisWatch.StartAsync(client, ["{a}1", "{a}2"]);
        Assert.Equal(client.GetNode("{a}1").Endpoint, watch.Endpoint);
        long before = watch.GetConnectionStatistics()[0].Commands;
        await Assert.ThrowsAsync<RedisCrossSlotException>(() => watch.GetAsync("{b}1").AsTask());
        await Assert.ThrowsAsync<RedisCrossSlotException>(() => watch.BLPopAsync("{b}1").AsTask());
        Assert.Equal(before, watch.GetConnectionStatistics()[0].Commands);
        Assert.Null(await watch.GetAsync("{a}3"));
    }

    [Fact]
    public async Task Watch_that_is_redirected_follows()
    {
        const int Slot = 4100;
        string key = HashSlots.KeyForSlot(Slot, ":watch");
        await using RedisCluster client = await ConnectAsync();
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess target = await _cluster.PrimaryOfAsync(16000);
        await _cluster.MoveSlotAsync(Slot, target);
        try
        {
            await using RedisWatch watch = await RedisWatch.StartAsync(client, [key]);
            Assert.Equal(target.Port, watch.Endpoint.Port);
            await watch.SetAsync(key, "v");
            Assert.Equal("v", await watch.GetAsync(key));
        }
        finally
        {
            await _cluster.MoveSlotAsync(Slot, source);
        }
    }

    [Fact]
    [Trait("Spec", "A112")]
    public async Task Slot_that_moves_away_ends_the_watch()
    {
        const int Slot = 4101;
        string key = HashSlots.KeyForSlot(Slot, ":watch");
        await using RedisCluster client = await ConnectAsync();
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess target = await _cluster.PrimaryOfAsync(16000);
        await using RedisWatch watch = await RedisWatch.StartAsync(client, [key]);
        Assert.Null(await watch.GetAsync(key));
        await _cluster.MoveSlotAsync(Slot, target);
        try
        {
            var error = await Assert.ThrowsAsync<RedisWatchException>(() => watch.SetAsync(key, "v").AsTask());
            Assert.Contains("MOVED", error.InnerException!.Message, StringComparison.Ordinal);
            await Assert.ThrowsAsync<RedisWatchException>(() => watch.GetAsync(key).AsTask());
            Assert.Null(await client.GetAsync(key));
        }
        finally
        {
            await _cluster.MoveSlotAsync(Slot, source);
        }
    }

    [Fact]
    [Trait("Spec", "A112")]
    public async Task Slot_on_its_way_ends_the_watch()
    {
        const int Slot = 4102;
        string key = HashSlots.KeyForSlot(Slot, ":watch");
        await using RedisCluster client = await ConnectAsync();
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        await using RedisWatch watch = await RedisWatch.StartAsync(client, [key]);
        await _cluster.StartMigrationAsync(Slot, await _cluster.PrimaryOfAsync(16000));
        var error = await Assert.ThrowsAsync<RedisWatchException>(() => watch.GetAsync(key).AsTask());
        Assert.Contains("ASK", error.InnerException!.Message, StringComparison.Ordinal);
        await _cluster.FinishMigrationAsync(Slot);
        await _cluster.MoveSlotAsync(Slot, source);
    }

    [Fact]
    public async Task Command_for_all_primaries_is_refused()
    {
        await using RedisCluster client = await ConnectAsync();
        await using RedisWatch watch = await RedisWatch.StartAsync(client, ["k"]);
        await Assert.ThrowsAsync<RedisClusterException>(() => DbSizeAsync(watch).AsTask());
        Assert.True(await DbSizeAsync(client) >= 0);
    }

    [Fact]
    public async Task Killed_primary_ends_the_watch()
    {
        const int Slot = 9000;
        string key = HashSlots.KeyForSlot(Slot, ":watch");
        await using RedisCluster client = await ConnectAsync();
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(Slot);
        await using RedisWatch watch = await RedisWatch.StartAsync(client, [key]);
        await _cluster.KillAsync(primary);
        try
        {
            await Assert.ThrowsAsync<RedisWatchException>(() => watch.GetAsync(key).AsTask());
        }
        finally
        {
            await _cluster.RestoreAsync(primary);
        }
    }

    private static ValueTask<long> DbSizeAsync(RedisClient client)
    {
        RequestWriter request = client.BeginRequest("*1\r\n$6\r\nDBSIZE\r\n"u8);
        return client.SendAsync(ref request, s_dbSize, Reply.Int64, default, default);
    }

    private Task<RedisCluster> ConnectAsync() => RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
}
