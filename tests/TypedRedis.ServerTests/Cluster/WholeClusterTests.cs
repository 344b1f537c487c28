using System.Globalization;
using System.Text;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

/// <summary>A command without keys answers for the whole cluster, never for the one node that it happened to go to.</summary>
[Collection(ClusterCollection.Name)]
public sealed class WholeClusterTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A30")]
    public async Task Keys_of_all_primaries_are_counted_listed_and_drawn()
    {
        const int Count = 300;
        await _cluster.FlushAsync();
        await using RedisCluster client = await ConnectAsync();
        IWholeCluster redis = IWholeCluster.Create(client);
        Assert.Null(await redis.RandomKeyAsync());
        string[] keys = [.. Enumerable.Range(0, Count).Select(i => $"whole:{i}")];
        foreach (string key in keys)
        {
            await client.SetAsync(key, "v");
        }

        Assert.Equal(Count, await redis.DbSizeAsync());
        Assert.Equal(keys.Order(StringComparer.Ordinal), (await redis.KeysAsync("whole:*")).Order(StringComparer.Ordinal));
        Assert.Equal(keys.Order(StringComparer.Ordinal), (await redis.KeysAsBytesAsync("whole:*")).Select(Encoding.UTF8.GetString).Order(StringComparer.Ordinal));
        Assert.StartsWith("whole:", await redis.RandomKeyAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Random_key_is_found_though_most_nodes_have_none()
    {
        await _cluster.FlushAsync();
        await using RedisCluster client = await ConnectAsync();
        await client.SetAsync("only", "v");
        IWholeCluster redis = IWholeCluster.Create(client);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal("only", await redis.RandomKeyAsync());
        }
    }

    [Fact]
    [Trait("Spec", "A30")]
    public async Task Setting_is_changed_on_every_node()
    {
        await using RedisCluster client = await ConnectAsync();
        string value = Random.Shared.Next(1_000, 1_000_000).ToString(CultureInfo.InvariantCulture);
        await IWholeCluster.Create(client).ConfigSetAsync("slowlog-log-slower-than", value);
        foreach (ClusterNode node in client.Nodes)
        {
            ClusterNodeProcess server = _cluster.Nodes.Single(process => process.Port == node.Endpoint.Port);
            RawReply reply = await server.CallAsync("CONFIG", "GET", "slowlog-log-slower-than");
            Assert.Contains(value, reply.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(6, client.Nodes.Count);
    }

    [Fact]
    [Trait("Spec", "A30")]
    public async Task Ping_asks_every_primary()
    {
        await using RedisCluster client = await ConnectAsync();
        await _cluster.ResetStatisticsAsync();
        Assert.Equal("PONG", await IWholeCluster.Create(client).PingAsync());
        Assert.All(client.Primaries, node => Assert.NotNull(node));
        foreach (ClusterNode node in client.Primaries)
        {
            ClusterNodeProcess server = _cluster.Nodes.Single(process => process.Port == node.Endpoint.Port);
            Assert.Equal(1, (await RedisClusterProcess.CommandStatisticsAsync(server))["ping"].Calls);
        }
    }

    [Fact]
    [Trait("Spec", "A30")]
    public async Task Script_is_there_only_if_it_is_on_every_primary_whatever_type_says_so()
    {
        await using RedisCluster client = await ConnectAsync();
        IWholeCluster redis = IWholeCluster.Create(client);
        string everywhere = await redis.ScriptLoadAsync("return 'everywhere'");
        ClusterNodeProcess one = await _cluster.PrimaryOfAsync(0);
        string somewhere = (await one.CallAsync("SCRIPT", "LOAD", "return 'somewhere'")).Text!;
        string[] digests = [everywhere, somewhere, new string('0', 40)];

        bool[] exist = await redis.ScriptsExistAsync(digests);
        Assert.Equal([true, false, false], exist);
        List<bool> list = await redis.ScriptsExistAsListAsync(digests);
        Assert.Equal([true, false, false], list);
        RespValue tree = await redis.ScriptsExistAsTreeAsync(digests);
        Assert.Equal([1L, 0, 0], tree.Items.Select(item => item.ToInt64()));
        byte[] digest = new byte[40];
        Assert.Equal(40, await redis.ScriptLoadAsync("return 'everywhere'", digest));
        Assert.Equal(everywhere, Encoding.UTF8.GetString(digest));
    }

    [Fact]
    [Trait("Spec", "A30")]
    public async Task Subscribers_of_all_nodes_are_counted()
    {
        await using RedisCluster client = await ConnectAsync();
        IWholeCluster redis = IWholeCluster.Create(client);
        await using RawConnection first = await (await _cluster.PrimaryOfAsync(0)).ConnectAsync();
        await using RawConnection second = await (await _cluster.PrimaryOfAsync(16000)).ConnectAsync();
        await first.CallAsync("SUBSCRIBE", "whole:both");
        await second.CallAsync("SUBSCRIBE", "whole:both");
        await second.CallAsync("SUBSCRIBE", "whole:one");

        Assert.Equal(["whole:both", "whole:one"], (await redis.ChannelsAsync("whole:*")).Order(StringComparer.Ordinal));
        Dictionary<string, long> subscribers = await redis.SubscribersAsync(["whole:both", "whole:one", "whole:none"]);
        Assert.Equal(new Dictionary<string, long> { ["whole:both"] = 2, ["whole:one"] = 1, ["whole:none"] = 0 }, subscribers);
    }

    [Fact]
    public async Task Slot_written_into_a_template_leads_to_its_owner()
    {
        await _cluster.FlushAsync();
        await using RedisCluster client = await ConnectAsync();
        await client.SetAsync(HashSlots.KeyForSlot(9999), "v");
        foreach (ClusterNode node in client.Primaries)
        {
            Assert.True(client.SetDefaultNode(node));
            Assert.Equal(1, await IWholeCluster.Create(client).CountInSlot9999Async());
        }
    }

    private Task<RedisCluster> ConnectAsync() => RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
}
