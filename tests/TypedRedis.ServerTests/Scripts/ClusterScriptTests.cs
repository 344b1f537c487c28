using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Scripts;

[Collection(ClusterCollection.Name)]
public sealed class ClusterScriptTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private static readonly Deadline s_patient = Deadline.After(TimeSpan.FromSeconds(30));

    private readonly RedisClusterProcess _cluster = fixture.Cluster;
    private RedisCluster _client = null!;
    private IScripts _scripts = null!;

    protected override async Task SetUpAsync()
    {
        await Task.WhenAll(_cluster.LiveNodes.Select(node => node.CallAsync("SCRIPT", "FLUSH")));
        _client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
        _scripts = IScripts.Create(_client);
    }

    protected override async Task TearDownAsync() => await _client.DisposeAsync();

    [Fact]
    public async Task Every_primary_gets_the_script_with_its_first_call()
    {
        await _cluster.ResetStatisticsAsync();
        foreach (int slot in (int[])[100, 6100, 16100, 100, 6100, 16100])
        {
            await _scripts.AddAsync(HashSlots.KeyForSlot(slot, ":script"), 1);
        }

        Assert.Equal(new CommandStatistic(6, 0, 3), await _cluster.CommandStatisticAsync("evalsha"));
        Assert.Equal(new CommandStatistic(3, 0, 0), await _cluster.CommandStatisticAsync("eval"));
        await _cluster.ResetStatisticsAsync();
        foreach (int slot in (int[])[101, 6101, 16101])
        {
            Assert.Equal("v", await _scripts.PutAsync(HashSlots.KeyForSlot(slot, ":put"), "v"));
        }

        await Task.WhenAll(_cluster.LiveNodes.Select(node => node.CallAsync("SCRIPT", "FLUSH")));
        Assert.Equal("v", await _scripts.ReadAsync(HashSlots.KeyForSlot(6101, ":put")));
    }

    [Fact]
    public async Task Concurrent_first_calls_all_succeed_once()
    {
        string key = HashSlots.KeyForSlot(6102, ":script64");
        long[] values = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => _scripts.AddAsync(key, 1).AsTask()));
        Assert.Equal(Enumerable.Range(1, 64).Select(i => (long)i), values.Order());
    }

    [Fact]
    [Trait("Spec", "A47")]
    public async Task Calls_with_no_one_and_many_keys_are_routed_and_keys_of_several_slots_refused()
    {
        Assert.Equal((0, 1), await _scripts.CountAsync([], ["v"]));
        Assert.Equal((1, 0), await _scripts.CountAsync(["{a}1"], []));
        Assert.Equal((3, 0), await _scripts.CountAsync(["{a}1", "{a}2", "{a}1"], []));
        Assert.Equal(["cart:{u:7}", "total:{u:7}", "1"], await _scripts.TemplatesAsync(7, 1));
        Assert.Equal("keyless", await _scripts.KeylessAsync());
        Assert.Equal("read-only", await _scripts.KeylessReadOnlyAsync());

        await _cluster.ResetStatisticsAsync();
        var error = await Assert.ThrowsAsync<RedisCrossSlotException>(() => _scripts.CountAsync(["a", "b"], []).AsTask());
        Assert.Equal("EVALSHA", error.Command);
        Assert.Equal(new CommandStatistic(0, 0, 0), await _cluster.CommandStatisticAsync("evalsha"));
    }

    [Fact]
    [Trait("Spec", "A47")]
    public async Task Keyless_scripts_spread_over_the_primaries_and_read_only_ones_go_to_the_default_node()
    {
        for (int i = 0; i < 60; i++)
        {
            await _scripts.KeylessAsync();
            await _scripts.KeylessReadOnlyAsync();
        }

        foreach (ClusterNodeProcess primary in (ClusterNodeProcess[])[await _cluster.PrimaryOfAsync(0), await _cluster.PrimaryOfAsync(8000), await _cluster.PrimaryOfAsync(16000)])
        {
            CommandStatistics statistics = await RedisClusterProcess.CommandStatisticsAsync(primary);
            Assert.True(statistics["evalsha"].Calls > 0, primary.Address);
            Assert.Equal(primary.Port == _client.DefaultNode.Endpoint.Port, statistics["evalsha_ro"].Calls > 0);
        }
    }

    [Fact]
    public async Task Moved_before_and_after_noscript_is_followed()
    {
        const int Slot = 1010;
        string key = HashSlots.KeyForSlot(Slot, ":script");
        await _scripts.AddAsync(key, 1);
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess target = await _cluster.PrimaryOfAsync(16000);
        await _cluster.MoveSlotAsync(Slot, target);
        try
        {
            await _cluster.ResetStatisticsAsync();
            Assert.Equal(3, await _scripts.AddAsync(key, 2));
            Assert.Equal(1, (await RedisClusterProcess.CommandStatisticsAsync(source))["evalsha"].Rejected);
            Assert.Equal(1, (await RedisClusterProcess.CommandStatisticsAsync(target))["eval"].Calls);
        }
        finally
        {
            await _cluster.MoveSlotAsync(Slot, source);
        }
    }

    [Fact]
    public async Task Script_is_given_to_the_importing_node_of_a_migrating_slot()
    {
        const int Slot = 1011;
        string key = HashSlots.KeyForSlot(Slot, ":script");
        ClusterNodeProcess source = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess target = await _cluster.PrimaryOfAsync(16000);
        await _cluster.StartMigrationAsync(Slot, target);
        await _cluster.ResetStatisticsAsync();
        Assert.Equal(1, await _scripts.AddAsync(key, 1));
        CommandStatistics atTarget = await RedisClusterProcess.CommandStatisticsAsync(target);
        Assert.Equal(2, atTarget["asking"].Calls);
        Assert.Equal(new CommandStatistic(1, 0, 1), atTarget["evalsha"]);
        Assert.Equal(new CommandStatistic(1, 0, 0), atTarget["eval"]);
        Assert.Equal(2, await _scripts.AddAsync(key, 1));
        // Other tests may have left keys there.
        await _cluster.MigrateKeysAsync(Slot);
        await _cluster.FinishMigrationAsync(Slot);
        Assert.Equal(3, await _scripts.AddAsync(key, 1));
        await _cluster.MoveSlotAsync(Slot, source);
    }

    [Fact]
    public async Task Promoted_replica_gets_the_script_after_a_failover()
    {
        const int Slot = 6103;
        string key = HashSlots.KeyForSlot(Slot, ":script");
        Assert.Equal("a", await _scripts.PutAsync(key, "a"));
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(Slot);
        await _cluster.KillAsync(primary);
        Assert.Equal("b", await _scripts.PutAsync(key, "b", s_patient));
        ClusterNodeProcess heir = await _cluster.WaitForFailoverAsync(primary);
        Assert.Equal("c", await _scripts.PutAsync(key, "c", s_patient));
        CommandStatistics statistics = await RedisClusterProcess.CommandStatisticsAsync(heir);
        Assert.True(statistics["eval"].Calls > 0);
        await _cluster.RestoreAsync(primary);
    }

    [Fact]
    public async Task Functions_are_loaded_into_every_primary_on_demand()
    {
        IFunctions functions = IFunctions.Create(_client);
        int[] slots = [100, 6100, 16100];
        foreach (int slot in slots)
        {
            await (await _cluster.PrimaryOfAsync(slot)).CallAsync("FUNCTION", "FLUSH");
        }

        await _cluster.ResetStatisticsAsync();
        foreach (int slot in slots)
        {
            string key = HashSlots.KeyForSlot(slot, ":function");
            Assert.Equal(1, await functions.AddAsync(key, 1));
            Assert.Equal("1", await functions.ReadAsync(key));
            Assert.Equal(1, (await RedisClusterProcess.CommandStatisticsAsync(await _cluster.PrimaryOfAsync(slot)))["function|load"].Calls);
        }

        Assert.Equal("shop", await functions.NameAsync());
        await Assert.ThrowsAsync<RedisServerException>(() => functions.UnknownAsync("k").AsTask());
    }
}
