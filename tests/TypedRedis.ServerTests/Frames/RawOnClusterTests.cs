using TypedRedis.ServerTests.Support;

namespace TypedRedis.ServerTests.Frames;

/// <summary>Commands put together at run time on a cluster: by the spec's targets and policies, never by a guess.</summary>
[Collection(ClusterCollection.Name)]
public sealed class RawOnClusterTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    [Theory]
    [InlineData("FAILOVER")]
    [InlineData("cluster forget 0")]
    [InlineData("SWAPDB 0 1")]
    [InlineData("REPLICAOF NO ONE")]
    [InlineData("NOSUCHCOMMAND")]
    [InlineData("CLIENT NOSUCH")]
    [InlineData("CLUSTER COUNTKEYSINSLOT 16384")]
    [InlineData("CLUSTER COUNTKEYSINSLOT x")]
    [InlineData("GET k")]
    [InlineData("set k v")]
    [InlineData("MGET a b")]
    [InlineData("OBJECT ENCODING k")]
    [InlineData("XREAD STREAMS s 0")]
    [InlineData("BLPOP q 1")]
    [InlineData("EVAL script 1 k")]
    [InlineData("SPUBLISH channel message")]
    public async Task Commands_that_are_blocked_or_that_nobody_can_route_are_refused(string text)
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", Cluster.Nodes[0].Port);
        string[] words = text.Split(' ');
        await Assert.ThrowsAsync<RedisClusterException>(() => client.ExecuteAsync(new RawCommand(words)).AsTask());
        using IFrames.Pipeline pipeline = IFrames.Create(client).CreatePipeline();
        Assert.Throws<RedisClusterException>(() => { pipeline.Execute(new RawCommand(words)); });
    }

    [Fact]
    public async Task Error_about_keys_that_are_not_marked_says_how_to_mark_them()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", Cluster.Nodes[0].Port);
        var error = await Assert.ThrowsAsync<RedisClusterException>(() => client.ExecuteAsync(new RawCommand("GET", "k")).AsTask());
        Assert.Contains("mark them with Key", error.Message, StringComparison.Ordinal);
        Assert.Equal("GET", error.Command);
        Assert.Equal(0, error.Attempts);
    }

    [Fact]
    public async Task Commands_that_need_no_key_need_no_mark()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", Cluster.Nodes[0].Port);
        Assert.Equal(7, (await client.ExecuteAsync(new RawCommand("EVAL", "return 7", "0"))).ToInt64());
        Assert.Equal(7, (await client.ExecuteAsync(new RawCommand("EVAL_RO", "return 7").Argument(0))).ToInt64());
        Assert.Equal(0, (await client.ExecuteAsync(new RawCommand("PUBLISH", "channel", "message"))).ToInt64());
    }

    [Theory]
    [InlineData("KEYS")]
    [InlineData("SCRIPT|EXISTS")]
    [InlineData("PUBSUB|CHANNELS")]
    public async Task Mark_does_not_make_the_reply_of_one_node_that_of_all(string words)
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", Cluster.Nodes[0].Port);
        var command = new RawCommand(words.Split('|'));
        var error = await Assert.ThrowsAsync<RedisClusterException>(() => client.ExecuteAsync(command.Key("*")).AsTask());
        Assert.Contains("several nodes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_about_a_slot_goes_to_the_owner_of_the_slot()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", Cluster.Nodes[0].Port);
        foreach (string key in (string[])["a", "b", "c", "d", "e"])
        {
            await IFrames.Create(client).SetAsync(key, "v");
            Assert.Equal(1, (await client.ExecuteAsync(new RawCommand("cluster", "countkeysinslot").Argument(client.SlotOf(key)))).ToInt64());
        }
    }

    [Fact]
    public async Task Command_for_all_primaries_reaches_all_of_them()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", Cluster.Nodes[0].Port);
        string[] keys = [.. Enumerable.Range(0, 50).Select(i => $"key:{i}")];
        foreach (string key in keys)
        {
            await IFrames.Create(client).SetAsync(key, "v");
        }

        Assert.Equal("OK", (await client.ExecuteAsync(new RawCommand("FLUSHALL"))).ToString());
        Assert.All(await IFrames.Create(client).MGetSplitAsync([.. keys.Select(key => new RedisKey(key))]), Assert.Null);
    }

    [Fact]
    public async Task Unknown_command_goes_to_the_owner_of_its_key()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", Cluster.Nodes[0].Port);
        var error = await Assert.ThrowsAsync<RedisServerException>(() => client.ExecuteAsync(new RawCommand("NOSUCHCOMMAND").Key("k")).AsTask());
        Assert.Equal(client.SlotOf("k"), error.Slot);
        Assert.Equal("NOSUCHCOMMAND", error.Command);
    }
}
