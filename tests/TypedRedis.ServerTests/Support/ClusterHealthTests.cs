using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

public sealed class ClusterHealthTests
{
    [Fact]
    public async Task Cluster_is_unhealthy_until_its_replica_is_listed()
    {
        await using var cluster = await RedisClusterProcess.StartAsync(new() { Primaries = 1, ReplicasPerPrimary = 0, Password = "right" });
        ClusterNodeProcess primary = cluster.Nodes[0];
        ClusterNodeProcess replica = await cluster.AddNodeAsync();
        await replica.CallAsync("CONFIG", "SET", "masterauth", "wrong");
        await replica.CallAsync("CLUSTER", "REPLICATE", primary.Id);
        await Eventually.TrueAsync(async () => (await cluster.ViewAsync(primary)).Find(replica.Id)?.PrimaryId == primary.Id);

        var exception = await Assert.ThrowsAsync<TimeoutException>(() => cluster.WaitUntilHealthyAsync(TimeSpan.FromMilliseconds(100)));
        Assert.Contains("lists 1 nodes for slots 0 to 16383, not 2", exception.Message, StringComparison.Ordinal);

        await replica.CallAsync("CONFIG", "SET", "masterauth", "right");
        await cluster.WaitUntilHealthyAsync();
        Assert.Same(replica, Assert.Single(await cluster.ReplicasOfAsync(0)));
    }

    [Fact]
    public async Task Cluster_is_unhealthy_until_a_killed_primary_is_restored()
    {
        await using var cluster = await RedisClusterProcess.StartAsync(new() { ReplicasPerPrimary = 0, NodeTimeout = TimeSpan.FromSeconds(1) });
        ClusterNodeProcess node = await cluster.PrimaryOfAsync(0);
        await cluster.KillAsync(node);
        await Eventually.TrueAsync(async () => (await cluster.ViewAsync()).Find(node.Id)!.Flags.Contains("fail"));
        await Assert.ThrowsAsync<TimeoutException>(() => cluster.WaitUntilHealthyAsync(TimeSpan.FromMilliseconds(100)));
        await cluster.RestoreAsync(node);
        Assert.Same(node, await cluster.PrimaryOfAsync(0));
    }

    [Fact]
    public async Task Suspended_primary_is_replaced_and_becomes_a_replica_when_resumed()
    {
        await using var cluster = await RedisClusterProcess.StartAsync(new() { NodeTimeout = TimeSpan.FromSeconds(1) });
        ClusterNodeProcess node = await cluster.PrimaryOfAsync(0);
        await cluster.SuspendAsync(node);
        ClusterNodeProcess heir = await cluster.WaitForFailoverAsync(node);
        await cluster.RestoreAsync(node);
        Assert.Same(heir, await cluster.PrimaryOfAsync(0));
        Assert.Same(node, Assert.Single(await cluster.ReplicasOfAsync(0)));
    }
}
