using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

[Collection(ClusterCollection.Name)]
public sealed class RedirectTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A50")]
    public async Task Moved_is_followed_and_remembered()
    {
        const int Slot = 1000;
        string key = HashSlots.KeyForSlot(Slot, ":a50");
        await using RedisCluster client = await ConnectAsync();
        await client.SetAsync(key, "v");
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess target = await _cluster.PrimaryOfAsync(16000);
        await _cluster.MoveSlotAsync(Slot, target);
        try
        {
            await _cluster.ResetStatisticsAsync();
            Assert.Equal("v", await client.GetAsync(key));
            Assert.Equal(1, (await RedisClusterProcess.CommandStatisticsAsync(source))["get"].Rejected);
            Assert.Equal(target.Port, client.GetNode(key).Endpoint.Port);
            Assert.Equal("v", await client.GetAsync(key));
            Assert.Equal(new CommandStatistic(2, 1, 0), await _cluster.CommandStatisticAsync("get"));
        }
        finally
        {
            await _cluster.MoveSlotAsync(Slot, source);
        }
    }

    [Fact]
    [Trait("Spec", "A53")]
    public async Task Moved_to_a_node_nobody_mentioned_is_followed()
    {
        const int Slot = 1001;
        string key = HashSlots.KeyForSlot(Slot, ":a53");
        await using RedisCluster client = await ConnectAsync();
        await client.SetAsync(key, "v");
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        Assert.Null(client.FindNode(_cluster.Spares[0].Address));
        await _cluster.MoveSlotAsync(Slot, _cluster.Spares[0]);
        try
        {
            Assert.Equal("v", await client.GetAsync(key));
            Assert.Equal(_cluster.Spares[0].Address, client.GetNode(key).Name);
            Assert.Contains(client.Primaries, node => node.Name == _cluster.Spares[0].Address);
        }
        finally
        {
            await _cluster.MoveSlotAsync(Slot, source);
        }
    }

    [Theory]
    [Trait("Spec", "A51")]
    [InlineData(1, 3, 3)]
    [InlineData(3, 7, 2)]
    [InlineData(10, 11, 1)]
    [Trait("Spec", "A52")]
    [InlineData(0, 5, 0)]
    public async Task Topology_is_read_at_every_nth_moved(int steps, int moves, int refreshes)
    {
        int first = 2000 + (steps * 20);
        await using RedisCluster client = await RedisCluster.ConnectAsync(
            new RedisOptions { Endpoints = [new("127.0.0.1", _cluster.Nodes[0].Port)], ReinitializeSteps = steps });
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(first);
        ClusterNodeProcess target = await _cluster.PrimaryOfAsync(16000);
        int moved = 0;
        try
        {
            for (; moved < moves; moved++)
            {
                // A refresh learns of everything moved before, so each slot is moved when its turn comes.
                await _cluster.MoveSlotAsync(first + moved, target);
                Assert.Null(await client.GetAsync(HashSlots.KeyForSlot(first + moved, ":absent")));
                int expected = steps == 0 ? 0 : (moved + 1) / steps;
                await Eventually.TrueAsync(() => client.Refreshes >= expected, description: $"refresh {expected}");
            }

            Assert.Equal(refreshes, client.Refreshes);
        }
        finally
        {
            for (int slot = first; slot <= first + Math.Min(moved, moves - 1); slot++)
            {
                await _cluster.MoveSlotAsync(slot, source);
            }
        }
    }

    [Fact]
    [Trait("Spec", "A54")]
    public async Task Failover_by_hand_swaps_the_roles_at_the_first_moved()
    {
        const int Slot = 6000;
        string key = HashSlots.KeyForSlot(Slot, ":a54");
        await using RedisCluster client = await ConnectAsync();
        await client.SetAsync(key, "before");
        ClusterNodeProcess replica = (await _cluster.ReplicasOfAsync(Slot))[0];
        ClusterNode old = client.GetNode(key);
        Assert.True(client.SetDefaultNode(old));
        await _cluster.FailoverAsync(replica);

        await client.SetAsync(key, "after");
        Assert.Equal("after", await client.GetAsync(key));
        Assert.Equal(replica.Port, client.GetNode(key).Endpoint.Port);
        Assert.Contains(client.Replicas, node => node.Equals(old));
        Assert.Equal(replica.Port, client.DefaultNode.Endpoint.Port);
        await ClusterStartTests.ClientKnowsAsync(client, _cluster);
    }

    [Fact]
    [Trait("Spec", "A55")]
    public async Task Ask_is_followed_and_not_remembered()
    {
        const int Slot = 1002;
        string key = HashSlots.KeyForSlot(Slot, ":a55");
        await using RedisCluster client = await ConnectAsync();
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess target = await _cluster.PrimaryOfAsync(16000);
        await _cluster.StartMigrationAsync(Slot, target);
        await _cluster.ResetStatisticsAsync();
        await client.SetAsync(key, "v");
        Assert.Equal(source.Port, client.GetNode(key).Endpoint.Port);
        Assert.Equal("v", await client.GetAsync(key));
        CommandStatistics atTarget = await RedisClusterProcess.CommandStatisticsAsync(target);
        Assert.Equal(2, atTarget["asking"].Calls);
        Assert.Equal(1, atTarget["set"].Calls);
        Assert.Equal(1, (await RedisClusterProcess.CommandStatisticsAsync(source))["get"].Rejected);
        Assert.Equal(0, client.Refreshes);
        await _cluster.FinishMigrationAsync(Slot);
        Assert.Equal("v", await client.GetAsync(key));
        await _cluster.MoveSlotAsync(Slot, source);
    }

    [Fact]
    [Trait("Spec", "A55")]
    public async Task Asking_stays_next_to_its_command_among_many_callers()
    {
        const int Slot = 1003;
        await using RedisCluster client = await ConnectAsync();
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess target = await _cluster.PrimaryOfAsync(16000);
        await _cluster.StartMigrationAsync(Slot, target);
        Task[] writes = [.. Enumerable.Range(0, 500).SelectMany(i => (Task[])
            [
                client.SetAsync(HashSlots.KeyForSlot(Slot, $":many{i}"), $"{i}").AsTask(),
                client.SetAsync(HashSlots.KeyForSlot(16000, $":many{i}"), $"{i}").AsTask(),
            ])];
        await Task.WhenAll(writes);
        string?[] values = await Task.WhenAll(Enumerable.Range(0, 500).Select(i => client.GetAsync(HashSlots.KeyForSlot(Slot, $":many{i}")).AsTask()));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), values);
        await _cluster.FinishMigrationAsync(Slot);
        await _cluster.MoveSlotAsync(Slot, source);
    }

    [Fact]
    [Trait("Spec", "A56")]
    public async Task Ask_to_a_node_nobody_mentioned_is_followed()
    {
        const int Slot = 1004;
        string key = HashSlots.KeyForSlot(Slot, ":a56");
        await using RedisCluster client = await ConnectAsync();
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess spare = _cluster.Spares[0];
        Assert.Null(client.FindNode(spare.Address));
        await _cluster.StartMigrationAsync(Slot, spare);
        await client.SetAsync(key, "v");
        Assert.Equal("v", await client.GetAsync(key));
        Assert.Equal(1, await _cluster.CountKeysAsync(spare));
        await _cluster.FinishMigrationAsync(Slot);
        await _cluster.MoveSlotAsync(Slot, source);
    }

    [Fact]
    [Trait("Spec", "A57")]
    public async Task Tryagain_waits_for_the_end_of_the_migration()
    {
        const int Slot = 1005;
        (string here, string gone) = (HashSlots.KeyForSlot(Slot, ":1"), HashSlots.KeyForSlot(Slot, ":2"));
        await using RedisCluster client = await ConnectAsync();
        await client.SetAsync(here, "a");
        await client.SetAsync(gone, "b");
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess target = await _cluster.PrimaryOfAsync(16000);
        await _cluster.StartMigrationAsync(Slot, target);
        await _cluster.MigrateKeysAsync(Slot, gone);
        await _cluster.ResetStatisticsAsync();

        Task<string?[]> reading = client.MGetAsync(Deadline.After(TimeSpan.FromSeconds(30)), here, gone).AsTask();
        await Eventually.TrueAsync(
            async () => (await _cluster.CommandStatisticAsync("mget")).Rejected >= 6, description: "more attempts than impatient clients make");
        Assert.False(reading.IsCompleted);
        await _cluster.MigrateKeysAsync(Slot);
        await _cluster.FinishMigrationAsync(Slot);
        Assert.Equal<string?[]>(["a", "b"], await reading);
        await _cluster.MoveSlotAsync(Slot, source);
    }

    [Fact]
    [Trait("Spec", "A57")]
    public async Task Tryagain_ends_with_the_deadline()
    {
        const int Slot = 1006;
        (string here, string gone) = (HashSlots.KeyForSlot(Slot, ":1"), HashSlots.KeyForSlot(Slot, ":2"));
        await using RedisCluster client = await ConnectAsync();
        await client.SetAsync(here, "a");
        await client.SetAsync(gone, "b");
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        await _cluster.StartMigrationAsync(Slot, _cluster.Spares[0]);
        await _cluster.MigrateKeysAsync(Slot, gone);
        var error = await Assert.ThrowsAsync<RedisTimeoutException>(
            () => client.MGetAsync(Deadline.After(TimeSpan.FromMilliseconds(600)), here, gone).AsTask());
        Assert.Contains("TRYAGAIN", error.Message, StringComparison.Ordinal);
        Assert.Equal("MGET", error.Command);
        Assert.Equal(Slot, error.Slot);
        Assert.True(error.Attempts > 1);
        await _cluster.MigrateKeysAsync(Slot);
        await _cluster.FinishMigrationAsync(Slot);
        await _cluster.MoveSlotAsync(Slot, source);
    }

    private Task<RedisCluster> ConnectAsync() => RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
}
