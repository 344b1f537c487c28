using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

/// <summary>Replies of several nodes become one on every server and in both protocols, in which their forms differ.</summary>
public sealed class WholeClusterKindsTests
{
    private const int Count = 100;

    public static TheoryData<string> Servers => [.. ServerBinaries.Available().Select(binary => binary.Name)];

    [Theory]
    [MemberData(nameof(Servers))]
    [Trait("Spec", "A30")]
    public async Task Replies_of_all_nodes_become_one(string server)
    {
        await using RedisClusterProcess cluster = await RedisClusterProcess.StartAsync(new() { Server = server });
        await using RawConnection subscriber = await (await cluster.PrimaryOfAsync(0)).ConnectAsync();
        await subscriber.CallAsync("SUBSCRIBE", "kinds");
        foreach (RedisProtocol protocol in Enum.GetValues<RedisProtocol>())
        {
            await using RedisCluster client = await RedisCluster.ConnectAsync(
                new RedisOptions { Endpoints = [new("127.0.0.1", cluster.Nodes[0].Port)], Protocol = protocol });
            IWholeCluster redis = IWholeCluster.Create(client);
            await redis.FlushDbAsync();
            Assert.Null(await redis.RandomKeyAsync());
            await redis.ConfigSetAsync("slowlog-log-slower-than", "0");
            for (int i = 0; i < Count; i++)
            {
                await client.SetAsync($"kinds:{i}", "v");
            }

            Assert.Equal(Count, await redis.DbSizeAsync());
            Assert.Equal(Count, (await redis.KeysAsync("kinds:*")).Distinct().Count());
            Assert.StartsWith("kinds:", await redis.RandomKeyAsync(), StringComparison.Ordinal);
            Assert.Equal("PONG", await redis.PingAsync());
            List<bool> exist = await redis.ScriptsExistAsListAsync([await redis.ScriptLoadAsync("return 1"), new string('0', 40)]);
            Assert.Equal([true, false], exist);
            string[] channels = await redis.ChannelsAsync("kinds");
            Assert.Equal(["kinds"], channels);
            Assert.Equal(new Dictionary<string, long> { ["kinds"] = 1 }, await redis.SubscribersAsync(["kinds"]));

            // Of each node the last ten.
            Assert.InRange((await redis.SlowCommandsAsync()).Length, 30, 60);
            Assert.InRange(await redis.CountSlowCommandsAsync(), Count, int.MaxValue);
        }
    }
}
