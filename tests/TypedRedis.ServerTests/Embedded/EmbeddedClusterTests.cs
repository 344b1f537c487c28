using TypedRedis.TestSupport;
using TypedRedis.TestSupport.Embedded;

namespace TypedRedis.ServerTests.Embedded;

/// <summary>The basics of routing on embedded servers, so that a machine without Redis and Valkey tests them too.</summary>
public sealed class EmbeddedClusterTests : IAsyncLifetime
{
    private EmbeddedCluster _cluster = null!;

    public async Task InitializeAsync() => _cluster = await EmbeddedCluster.StartAsync();

    public async Task DisposeAsync() => await _cluster.DisposeAsync();

    [Fact]
    public async Task Every_key_goes_to_the_owner_of_its_slot()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync(_cluster.Nodes[0].Uri);
        IBasics redis = IBasics.Create(client);
        Assert.Equal(_cluster.Nodes.Select(node => node.Port).Order(), client.Primaries.Select(node => node.Endpoint.Port).Order());

        for (int slot = 0; slot < HashSlots.Count; slot += 1_000)
        {
            string key = HashSlots.KeyForSlot(slot, ":owner");
            await redis.SetAsync(key, key);
            // The owner itself is asked, past the client.
            EmbeddedServer owner = _cluster.Nodes[slot * _cluster.Nodes.Count / HashSlots.Count];
            Assert.Equal(key, (await owner.CallAsync("GET", key)).Text);
            Assert.Equal(key, await redis.GetAsync(key));
        }
    }

    [Fact]
    public async Task Many_keys_are_split_by_slots_and_come_back_in_order()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync(_cluster.Nodes[0].Uri);
        IBasics redis = IBasics.Create(client);
        KeyValuePair<string, string>[] pairs = [.. Enumerable.Range(0, 300).Select(i => KeyValuePair.Create($"many:{i}", $"value {i}"))];

        await redis.MSetSplitAsync(pairs);

        Assert.Equal(pairs.Select(pair => pair.Value), await redis.MGetSplitAsync(pairs.Select(pair => (RedisKey)pair.Key)));
        Assert.Equal(300, await redis.DelSplitAsync(pairs.Select(pair => (RedisKey)pair.Key)));
    }

    [Fact]
    public async Task A_pipeline_over_all_nodes_keeps_the_order_of_its_replies()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync(_cluster.Nodes[0].Uri);
        using IBasics.Pipeline pipeline = IBasics.Create(client).CreatePipeline();
        Deferred<string?>[] values = new Deferred<string?>[300];
        for (int i = 0; i < values.Length; i++)
        {
            pipeline.Set($"pipe:{i}", $"value {i}");
            values[i] = pipeline.Get($"pipe:{i}");
        }

        PipelineReplies replies = await pipeline.ExecuteAsync();

        Assert.Equal(Enumerable.Range(0, values.Length).Select(i => $"value {i}"), values.Select(replies.Get));
    }

    [Fact]
    public async Task A_slot_that_moved_is_followed()
    {
        const int Slot = 100;
        string key = HashSlots.KeyForSlot(Slot, ":moved");
        await using RedisCluster client = await RedisCluster.ConnectAsync(_cluster.Nodes[0].Uri);
        IBasics redis = IBasics.Create(client);
        Assert.Equal(_cluster.Nodes[0].Port, client.GetNode(key).Endpoint.Port);
        await _cluster.MoveEmptySlotAsync(Slot, _cluster.Nodes[2]);

        Assert.True(await redis.SetAsync(key, "here"));

        Assert.Equal("here", (await _cluster.Nodes[2].CallAsync("GET", key)).Text);
        Assert.Equal(_cluster.Nodes[2].Port, client.GetNode(key).Endpoint.Port);
    }
}
