using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Blocking;

[Collection(ClusterCollection.Name)]
public sealed class ClusterBlockingTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    public async Task Slot_that_moves_away_takes_a_blocked_call_along()
    {
        const int Slot = 4000;
        string key = HashSlots.KeyForSlot(Slot, ":blocked");
        await using RedisCluster client = await ConnectAsync();
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess target = await _cluster.PrimaryOfAsync(16000);
        Task<string[]?> blocked = client.BLPopAsync(key).AsTask();
        await BlockedClients.WaitForAsync(source, 1);
        await _cluster.MoveSlotAsync(Slot, target);
        try
        {
            await BlockedClients.WaitForAsync(target, 1);
            Assert.Equal(0, await BlockedClients.CountAsync(source));
            Assert.Equal(target.Port, client.GetNode(key).Endpoint.Port);
            await client.LPushAsync(key, "v");
            Assert.Equal((key, "v"), BlockingCommands.Pair(await blocked));
        }
        finally
        {
            await _cluster.MoveSlotAsync(Slot, source);
        }
    }

    [Fact]
    public async Task Slot_that_moves_away_ends_a_read_of_new_entries_that_has_waited()
    {
        const int Slot = 4003;
        string key = HashSlots.KeyForSlot(Slot, ":stream");
        await using RedisCluster client = await ConnectAsync();
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess target = await _cluster.PrimaryOfAsync(16000);
        Task<RespValue> read = client.XReadAsync(key, "$").AsTask();
        await BlockedClients.WaitForAsync(source, 1);
        // The time that it has waited is what the client goes by.
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        await _cluster.MoveSlotAsync(Slot, target);
        try
        {
            var error = await Assert.ThrowsAsync<RedisServerException>(() => read.WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.Equal("MOVED", error.Code);
            Assert.Equal(target.Port, client.GetNode(key).Endpoint.Port);
            Assert.Equal(0, await BlockedClients.CountAsync(target));
        }
        finally
        {
            await _cluster.MoveSlotAsync(Slot, source);
        }
    }

    [Fact]
    public async Task Moved_is_followed_to_a_connection_of_its_own_on_the_owner()
    {
        const int Slot = 4001;
        string key = HashSlots.KeyForSlot(Slot, ":blocked");
        await using RedisCluster client = await ConnectAsync();
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        await _cluster.MoveSlotAsync(Slot, _cluster.Spares[0]);
        try
        {
            Task<string[]?> blocked = client.BLPopAsync(key).AsTask();
            await BlockedClients.WaitForAsync(_cluster.Spares[0], 1);
            await client.LPushAsync(key, "v");
            Assert.Equal((key, "v"), BlockingCommands.Pair(await blocked));
        }
        finally
        {
            await _cluster.MoveSlotAsync(Slot, source);
        }
    }

    [Fact]
    public async Task Ask_is_followed_with_asking()
    {
        const int Slot = 4002;
        string key = HashSlots.KeyForSlot(Slot, ":blocked");
        await using RedisCluster client = await ConnectAsync();
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess target = await _cluster.PrimaryOfAsync(16000);
        await _cluster.StartMigrationAsync(Slot, target);
        await client.LPushAsync(key, "v");
        Assert.Equal((key, "v"), BlockingCommands.Pair(await client.BLPopAsync(key)));
        await _cluster.FinishMigrationAsync(Slot);
        await _cluster.MoveSlotAsync(Slot, source);
    }

    [Fact]
    public async Task Failover_by_hand_takes_a_blocked_call_along()
    {
        const int Slot = 7000;
        string key = HashSlots.KeyForSlot(Slot, ":blocked");
        await using RedisCluster client = await ConnectAsync();
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess replica = (await _cluster.ReplicasOfAsync(Slot))[0];
        Task<string[]?> blocked = client.BLPopAsync(key).AsTask();
        await BlockedClients.WaitForAsync(primary, 1);
        await _cluster.FailoverAsync(replica);
        await BlockedClients.WaitForAsync(replica, 1);
        await client.LPushAsync(key, "v");
        Assert.Equal((key, "v"), BlockingCommands.Pair(await blocked));
    }

    [Fact]
    public async Task Killed_primary_leaves_the_outcome_of_a_pop_unknown()
    {
        const int Slot = 7001;
        string key = HashSlots.KeyForSlot(Slot, ":blocked");
        await using RedisCluster client = await ConnectAsync();
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(Slot);
        Task<string[]?> blocked = client.BLPopAsync(key).AsTask();
        await BlockedClients.WaitForAsync(primary, 1);
        await _cluster.KillAsync(primary);
        try
        {
            var error = await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => blocked);
            Assert.Equal(Slot, error.Slot);
            await _cluster.WaitForFailoverAsync(primary);
            Assert.Null(await client.BLPopAsync(key, seconds: 0.05));
        }
        finally
        {
            await _cluster.RestoreAsync(primary);
        }
    }

    [Fact]
    public async Task Hung_primary_gives_its_blocked_calls_up_once_the_slot_has_another_owner()
    {
        const int Slot = 7002;
        string key = HashSlots.KeyForSlot(Slot, ":blocked");
        await using RedisCluster client = await ConnectAsync();
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(Slot);
        Task<string[]?> pop = client.BLPopAsync(key).AsTask();
        string stream = HashSlots.KeyForSlot(Slot, ":stream");
        Task<RespValue> read = client.XReadAsync(stream, "0").AsTask();
        Task<RespValue> readNew = client.XReadAsync(stream, "$").AsTask();
        await BlockedClients.WaitForAsync(primary, 3);
        await _cluster.SuspendAsync(primary);
        try
        {
            ClusterNodeProcess successor = await _cluster.WaitForFailoverAsync(primary);
            // Calls that find no answer make the client look at the cluster.
            await Eventually.TrueAsync(
                async () =>
                {
                    await client.SetAsync(HashSlots.KeyForSlot(Slot, ":other"), "v", Deadline.After(TimeSpan.FromSeconds(1)));
                    return true;
                },
                TimeSpan.FromSeconds(30),
                "a call to succeed");
            await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => pop);
            await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => readNew);
            await BlockedClients.WaitForAsync(successor, 1);
            await client.ExecuteAsync(new RawCommand("XADD").Key(stream).Argument("*").Argument("f").Argument("v"));
            Assert.False((await read).IsNull);
        }
        finally
        {
            await _cluster.RestoreAsync(primary);
        }
    }

    private Task<RedisCluster> ConnectAsync() => RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
}
