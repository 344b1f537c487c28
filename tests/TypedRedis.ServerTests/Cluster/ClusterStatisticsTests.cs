using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

[Collection(ClusterCollection.Name)]
public sealed class ClusterStatisticsTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    [Fact]
    public async Task Every_node_in_use_has_an_entry_of_its_own()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", Cluster.Nodes[0].Port);
        string[] keys = [.. ((int[])[100, 8000, 16000]).Select(slot => HashSlots.KeyForSlot(slot, ":statistics"))];
        await Task.WhenAll(keys.Select(key => client.SetAsync(key, "value").AsTask()));
        Dictionary<RedisEndpoint, long> before = CommandsByNode(client);
        for (int i = 0; i < 20; i++)
        {
            await client.GetAsync(keys[1]);
        }

        Dictionary<RedisEndpoint, long> after = CommandsByNode(client);
        ClusterNode asked = client.GetNode(keys[1]);
        Assert.All(client.Primaries, node => Assert.True(after[node.Endpoint] > 0, $"{node.Name} was sent nothing"));
        foreach (ClusterNode node in client.Primaries)
        {
            // Refreshes of the topology may go to any node.
            Assert.InRange(after[node.Endpoint] - before[node.Endpoint], node.Name == asked.Name ? 20 : 0, node.Name == asked.Name ? 30 : 10);
        }
    }

    [Fact]
    public async Task Calls_are_counted_as_their_callers_see_them()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync(new RedisOptions { Endpoints = [new("127.0.0.1", Cluster.Nodes[0].Port)], CountCalls = true });
        string key = HashSlots.KeyForSlot(100, ":calls");
        await client.SetAsync(key, "text");
        await Assert.ThrowsAsync<RedisServerException>(() => client.ExecuteAsync(new RawCommand("INCR").Key(key)).AsTask());
        await Assert.ThrowsAsync<RedisCrossSlotException>(() => client.ExecuteAsync(new RawCommand("MGET").Key("foo").Key("bar")).AsTask());
        await client.ExecuteAsync(new RawCommand("DBSIZE"));
        await client.ExecuteAsync(new RawCommand("BLPOP").Key(HashSlots.KeyForSlot(100, ":list")).Argument(0.01));
        await using (RedisWatch watch = await RedisWatch.StartAsync(client, [key]))
        {
            Assert.Equal("text", await watch.GetAsync(key));
        }

        Assert.Equal(new RedisCallStatistics { Started = 7, Succeeded = 5, Failed = 2 }, client.GetCallStatistics());
    }

    private static Dictionary<RedisEndpoint, long> CommandsByNode(RedisCluster client) =>
        client.GetConnectionStatistics().ToDictionary(node => node.Endpoint, node => node.Commands);
}
