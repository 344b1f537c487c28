using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

public sealed class ClusterRestorationTests
{
    [Fact]
    public void Every_test_class_of_the_shared_cluster_restores_it()
    {
        Type[] classes = [.. typeof(ClusterFixture).Assembly.GetTypes().Where(type => type.GetConstructors()
            .Any(constructor => constructor.GetParameters().Any(parameter => parameter.ParameterType == typeof(ClusterFixture))))];
        Assert.NotEmpty(classes);
        Assert.All(classes, type => Assert.True(type.IsAssignableTo(typeof(SharedClusterTests)), $"{type} does not derive from {nameof(SharedClusterTests)}"));
    }

    [Fact]
    public async Task Whatever_was_done_to_the_cluster_is_undone()
    {
        await using var cluster = await RedisClusterProcess.StartAsync(new() { Spares = 1, NodeTimeout = TimeSpan.FromSeconds(1) });
        ClusterNodeProcess[] primaries = [await cluster.PrimaryOfAsync(0), await cluster.PrimaryOfAsync(8000), await cluster.PrimaryOfAsync(16000)];
        string expected = await DescribeAsync(cluster);
        ClusterNodeProcess added = await cluster.AddNodeAsync();
        await cluster.MoveSlotAsync(100, cluster.Spares[0]);
        await cluster.MoveSlotAsync(101, added);
        await cluster.MoveSlotAsync(102, primaries[1]);
        await primaries[2].CallAsync("SET", HashSlots.KeyForSlot(16000), "v");
        await cluster.StartMigrationAsync(16000, cluster.Spares[0]);
        await cluster.MigrateKeysAsync(16000);
        await primaries[2].CallAsync("CONFIG", "SET", "slowlog-max-len", 7);
        await primaries[2].CallAsync("CLIENT", "PAUSE", 600_000, "WRITE");
        await cluster.KillAsync(primaries[0]);
        await cluster.SuspendAsync(primaries[1]);

        await cluster.RestoreAsync();

        Assert.Equal(expected, await DescribeAsync(cluster));
        Assert.DoesNotContain(added, cluster.Nodes);
        Assert.Equal(cluster.Nodes, cluster.LiveNodes);
        Assert.Equal(0, await cluster.CountKeysAsync());
        Assert.Equal(3, (await cluster.ReplicasAsync()).Count);
        foreach (ClusterNodeProcess node in cluster.Nodes)
        {
            Assert.Empty((await cluster.ViewAsync(node)).Find(node.Id)!.OpenSlots);
            Assert.Equal("128", (await node.CallAsync("CONFIG", "GET", "slowlog-max-len"))[1].Text);
        }

        await primaries[2].CallAsync("APPEND", HashSlots.KeyForSlot(16000), "v");
    }

    [Fact]
    public async Task Cluster_without_one_of_its_nodes_cannot_be_restored()
    {
        await using var cluster = await RedisClusterProcess.StartAsync();
        ClusterNodeProcess replica = (await cluster.ReplicasOfAsync(0))[0];
        await cluster.RemoveNodeAsync(replica);
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => cluster.RestoreAsync());
        Assert.Equal($"{replica} was removed from the cluster.", exception.Message);
    }

    // The ranges of slots of each shard, whichever of its nodes is the primary.
    private static async Task<string> DescribeAsync(RedisClusterProcess cluster)
    {
        ClusterView view = await cluster.ViewAsync();
        return string.Join("; ", Enumerable.Range(0, 3)
            .Select(shard => string.Join(',', ((int[])[shard, shard + 3]).SelectMany(index => view.Find(cluster.Nodes[index].Id)!.Slots))));
    }
}
