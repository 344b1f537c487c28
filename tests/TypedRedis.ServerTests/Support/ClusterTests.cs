using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

[Collection(ClusterCollection.Name)]
public sealed class ClusterTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    public async Task Every_node_lists_every_replica_when_the_cluster_has_started()
    {
        foreach (ClusterNodeProcess node in _cluster.Nodes)
        {
            Assert.Contains("cluster_state:ok", (await node.CallAsync("CLUSTER", "INFO")).Text, StringComparison.Ordinal);
            RawReply ranges = await node.CallAsync("CLUSTER", "SLOTS");
            Assert.All(ranges.Items, range => Assert.Equal(4, range.Items.Count));
            Assert.Equal(HashSlots.Count, ranges.Items.Sum(range => range[1].Number - range[0].Number + 1));
        }

        Assert.Equal(4, (await _cluster.PrimariesAsync()).Count);
        Assert.Equal(3, (await _cluster.ReplicasAsync()).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8191)]
    [InlineData(16383)]
    public async Task Key_for_slot_is_in_that_slot_according_to_the_server(int slot)
    {
        string key = HashSlots.KeyForSlot(slot, ":a");
        Assert.Equal(slot, HashSlots.SlotOf(key));
        Assert.Equal(slot, (await _cluster.Nodes[0].CallAsync("CLUSTER", "KEYSLOT", key)).Number);
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(slot);
        await primary.CallAsync("SET", key, "v");
        ClusterNodeProcess replica = Assert.Single(await _cluster.ReplicasOfAsync(slot));
        var moved = await Assert.ThrowsAsync<RawErrorException>(() => replica.CallAsync("GET", key));
        Assert.Equal($"MOVED {slot} {primary.Address}", moved.Error);
    }

    [Fact]
    public async Task Slot_answers_ask_and_tryagain_while_it_moves_and_moved_afterwards()
    {
        const int Slot = 93;
        (string here, string gone, string absent) = (HashSlots.KeyForSlot(Slot, "1"), HashSlots.KeyForSlot(Slot, "2"), HashSlots.KeyForSlot(Slot, "3"));
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess target = _cluster.Spares[0];
        await source.CallAsync("MSET", here, "a", gone, "b");

        await _cluster.StartMigrationAsync(Slot, target);
        await _cluster.MigrateKeysAsync(Slot, gone);
        Assert.Equal("a", (await source.CallAsync("GET", here)).Text);
        Assert.Equal($"ASK {Slot} {target.Address}", await ErrorOf(source, "GET", absent));
        Assert.StartsWith("TRYAGAIN", await ErrorOf(source, "MGET", here, gone), StringComparison.Ordinal);
        Assert.Equal($"MOVED {Slot} {source.Address}", await ErrorOf(target, "GET", gone));

        Assert.Equal(1, await _cluster.MigrateKeysAsync(Slot));
        await _cluster.FinishMigrationAsync(Slot);
        Assert.Same(target, await _cluster.PrimaryOfAsync(Slot));
        Assert.Equal($"MOVED {Slot} {target.Address}", await ErrorOf(source, "GET", here));
        Assert.Equal("a,b", string.Join(',', (await target.CallAsync("MGET", here, gone)).Items));

        await _cluster.MoveSlotAsync(Slot, source);
        Assert.Equal("a,b", string.Join(',', (await source.CallAsync("MGET", here, gone)).Items));
        await _cluster.WaitUntilHealthyAsync();
    }

    [Fact]
    public async Task Slot_stays_when_its_migration_is_given_up()
    {
        const int Slot = 94;
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        await _cluster.StartMigrationAsync(Slot, _cluster.Spares[0]);
        await _cluster.StabilizeSlotAsync(Slot);
        Assert.True((await source.CallAsync("GET", HashSlots.KeyForSlot(Slot, ":absent"))).IsNull);
        Assert.Same(source, await _cluster.PrimaryOfAsync(Slot));
    }

    [Fact]
    public async Task Roles_are_swapped_when_a_replica_is_told_to_take_over()
    {
        const int Slot = 100;
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess replica = (await _cluster.ReplicasOfAsync(Slot))[0];
        await _cluster.FailoverAsync(replica);
        foreach (ClusterNodeProcess viewer in _cluster.Nodes)
        {
            ClusterView view = await _cluster.ViewAsync(viewer);
            Assert.Equal(replica.Id, view.OwnerOf(Slot)!.Id);
            Assert.Equal(replica.Id, view.Find(primary.Id)!.PrimaryId);
        }
    }

    [Fact]
    public async Task Replica_takes_over_when_its_primary_is_killed()
    {
        const int Slot = 9000;
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess replica = (await _cluster.ReplicasOfAsync(Slot))[0];
        await _cluster.KillAsync(primary);
        Assert.Same(replica, await _cluster.WaitForFailoverAsync(primary));
        await replica.CallAsync("SET", HashSlots.KeyForSlot(Slot), "v");
        await _cluster.RestoreAsync(primary);
        Assert.Same(primary, Assert.Single(await _cluster.ReplicasOfAsync(Slot)));
    }

    [Fact]
    public async Task Statistics_count_calls_and_rejections_when_reset_before()
    {
        const int Slot = 12000;
        string key = HashSlots.KeyForSlot(Slot);
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess replica = (await _cluster.ReplicasOfAsync(Slot))[0];
        await _cluster.ResetStatisticsAsync();
        await primary.CallAsync("GET", key);
        await ErrorOf(replica, "GET", key);
        await ErrorOf(primary, "SET", key, "v", "EX", "nonsense");
        Assert.Equal(new CommandStatistic(1, 1, 0), await _cluster.CommandStatisticAsync("get"));
        Assert.Equal(1, (await RedisClusterProcess.CommandStatisticsAsync(primary))["SET"].Failed);
        Assert.Equal(new CommandStatistic(0, 0, 0), await _cluster.CommandStatisticAsync("hget"));
    }

    [Fact]
    public async Task No_key_is_left_when_the_cluster_is_flushed()
    {
        for (int slot = 0; slot < HashSlots.Count; slot += 4000)
        {
            await (await _cluster.PrimaryOfAsync(slot)).CallAsync("SET", HashSlots.KeyForSlot(slot), "v");
        }

        Assert.True(await _cluster.CountKeysAsync() >= 5);
        await _cluster.FlushAsync();
        Assert.Equal(0, await _cluster.CountKeysAsync());
    }

    [Fact]
    public async Task Added_node_belongs_to_the_cluster_until_removed()
    {
        ClusterNodeProcess added = await _cluster.AddNodeAsync();
        Assert.Contains(added, await _cluster.PrimariesAsync());
        await _cluster.RemoveNodeAsync(added);
        Assert.DoesNotContain(added, _cluster.Nodes);
        Assert.Null((await _cluster.ViewAsync()).Find(added.Id));
    }

    private static async Task<string> ErrorOf(ClusterNodeProcess node, params RawArgument[] command) =>
        (await Assert.ThrowsAsync<RawErrorException>(() => node.CallAsync(command))).Error;
}
