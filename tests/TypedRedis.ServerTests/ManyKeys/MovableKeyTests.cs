using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.ManyKeys;

/// <summary>Commands whose keys stand behind a word or a count.</summary>
[Collection(ClusterCollection.Name)]
public sealed class MovableKeyTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    // Slots of three nodes.
    public static TheoryData<int> Slots => [200, 7000, 14000];

    [Theory]
    [MemberData(nameof(Slots))]
    [Trait("Spec", "A48")]
    public async Task Commands_with_movable_keys_go_straight_to_the_node_of_their_keys(int slot)
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync($"redis://{_cluster.Nodes[0].Address}");
        IMovableKeys redis = IMovableKeys.Create(client);
        ClusterNodeProcess owner = await _cluster.PrimaryOfAsync(slot);
        ClusterNodeProcess other = (await _cluster.PrimariesAsync()).First(node => node != owner);
        await owner.CallAsync("XADD", Key("stream"), "1-1", "field", "value");
        await owner.CallAsync("RPUSH", Key("list"), "3", "1", "2");
        await owner.CallAsync("ZADD", Key("left"), "1", "a");
        await owner.CallAsync("ZADD", Key("right"), "2", "b");
        await owner.CallAsync("GEOADD", Key("places"), "13.361389", "38.115556", "Palermo");
        await _cluster.ResetStatisticsAsync();

        Assert.Equal("value", (await redis.ReadStreamAsync(Key("stream"), "0-0"))![Key("stream")][0].Item2.Single().Item2);
        Assert.Equal(2, await redis.UniteAsync(Key("union"), [Key("left"), Key("right")]));
        Assert.Equal(3, await redis.SortInto(Key("list"), Key("sorted")));
        Assert.Equal(1, await redis.NearAsync(Key("places"), 15, 37, 200, Key("near")));
        Assert.Equal("NOKEY", await redis.MigrateAsync("127.0.0.1", other.Port, Key("missing")));
        Assert.Equal("NOKEY", await redis.MigrateManyAsync("127.0.0.1", other.Port, [Key("missing"), Key("lost")]));

        foreach ((string command, int calls) in new[] { ("xread", 1), ("zunionstore", 1), ("sort", 1), ("georadius", 1), ("migrate", 2) })
        {
            Assert.Equal(new CommandStatistic(calls, 0, 0), await _cluster.CommandStatisticOnPrimariesAsync(command));
        }

        Assert.Equal(0, (await _cluster.CommandStatisticAsync("command|getkeys")).Calls);
        Assert.Equal(0, (await _cluster.CommandStatisticAsync("command")).Calls);

        string Key(string name) => HashSlots.KeyForSlot(slot, $":a48:{name}");
    }
}

[RedisInterface]
internal partial interface IMovableKeys
{
    [Command("XREAD COUNT 10 STREAMS $key $id")]
    ValueTask<Dictionary<string, (string, (string, string)[])[]>?> ReadStreamAsync(string key, string id);

    [Command("ZUNIONSTORE $destination $#keys $keys")]
    ValueTask<long> UniteAsync(string destination, string[] keys);

    [Command("SORT $key STORE $destination")]
    ValueTask<long> SortInto(string key, string destination);

#pragma warning disable TRD009 // Deprecated, and the one whose destination is hardest to find.
    [Command("GEORADIUS $key $longitude $latitude $radius KM STORE $destination")]
    ValueTask<long> NearAsync(string key, double longitude, double latitude, double radius, string destination);
#pragma warning restore TRD009

    [Command("MIGRATE $host $port $key 0 1000")]
    ValueTask<string> MigrateAsync(string host, int port, string key);

    [Command("""MIGRATE $host $port "" 0 1000 KEYS $keys""")]
    ValueTask<string> MigrateManyAsync(string host, int port, string[] keys);
}
