using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

/// <summary>Slots without owner. The cluster is the class's own, since it is broken on purpose.</summary>
public sealed class ClusterDownTests
{
    private const int Slot = 77;
    private static readonly string s_key = HashSlots.KeyForSlot(Slot, ":down");

    [Fact]
    [Trait("Spec", "A59")]
    public async Task Clusterdown_is_waited_out()
    {
        await using RedisClusterProcess cluster = await RedisClusterProcess.StartAsync(new() { ReplicasPerPrimary = 0 });
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", cluster.Nodes[0].Port);
        ClusterNodeProcess owner = await cluster.PrimaryOfAsync(Slot);
        await client.SetAsync(s_key, "before");
        await DeleteSlotAsync(cluster);
        await cluster.ResetStatisticsAsync();

        Task writing = client.SetAsync(s_key, "after", Deadline.After(TimeSpan.FromSeconds(30))).AsTask();
        Task elsewhere = client.SetAsync(HashSlots.KeyForSlot(16000), "v", Deadline.After(TimeSpan.FromSeconds(30))).AsTask();
        var error = await Assert.ThrowsAsync<RedisTimeoutException>(
            () => client.SetAsync(HashSlots.KeyForSlot(16001), "impatient", Deadline.After(TimeSpan.FromMilliseconds(2_000))).AsTask());
        Assert.Contains("CLUSTERDOWN The cluster is down", error.Message, StringComparison.Ordinal);
        Assert.Equal("SET", error.Command);
        Assert.Equal(16001, error.Slot);
        Assert.False(writing.IsCompleted);
        await owner.CallAsync("CLUSTER", "ADDSLOTS", Slot);
        await writing;
        await elsewhere;
        Assert.Equal("after", await client.GetAsync(s_key));
    }

    [Fact]
    [Trait("Spec", "A60")]
    [Trait("Spec", "A11")]
    public async Task Slot_without_owner_is_waited_for_while_others_are_served()
    {
        await using RedisClusterProcess cluster = await RedisClusterProcess.StartAsync(
            new() { ReplicasPerPrimary = 0, ConfigLines = ["cluster-require-full-coverage no"] });
        ClusterNodeProcess owner = await cluster.PrimaryOfAsync(Slot);
        await DeleteSlotAsync(cluster);
        var options = new RedisOptions { Endpoints = [new("127.0.0.1", cluster.Nodes[0].Port)] };
        var refusal = await Assert.ThrowsAsync<RedisClusterException>(() => RedisCluster.ConnectAsync(options));
        Assert.Contains("16383 of 16384", refusal.Message, StringComparison.Ordinal);

        await using RedisCluster client = await RedisCluster.ConnectAsync(options with { RequireFullCoverage = false });
        Task writing = client.SetAsync(s_key, "v", Deadline.After(TimeSpan.FromSeconds(30))).AsTask();
        await client.SetAsync(HashSlots.KeyForSlot(Slot + 1), "neighbour");
        Assert.False(writing.IsCompleted);
        await owner.CallAsync("CLUSTER", "ADDSLOTS", Slot);
        await writing;
        Assert.Equal("v", await client.GetAsync(s_key));
        Assert.Equal(owner.Port, client.GetNode(s_key).Endpoint.Port);
    }

    private static async Task DeleteSlotAsync(RedisClusterProcess cluster)
    {
        foreach (ClusterNodeProcess node in cluster.Nodes)
        {
            await node.CallAsync("CLUSTER", "DELSLOTS", Slot);
        }

        await Eventually.TrueAsync(
            async () =>
            {
                RawReply[] replies = await Task.WhenAll(cluster.Nodes.Select(node => node.CallAsync("CLUSTER", "SLOTS")));
                return replies.All(reply => reply.Items.Sum(range => range[1].Number - range[0].Number + 1) == HashSlots.Count - 1);
            },
            description: "every node to forget the slot");
    }
}
