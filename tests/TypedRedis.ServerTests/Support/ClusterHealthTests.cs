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
    public async Task Cluster_is_unhealthy_until_a_primary_feeds_the_replica_that_it_has_sent_a_copy()
    {
        await using var cluster = await RedisClusterProcess.StartAsync(new() { Primaries = 1 });
        ClusterNodeProcess primary = cluster.Nodes[0];
        ClusterNodeProcess replica = cluster.Nodes[1];
        await Eventually.TrueAsync(async () => (await cluster.ViewAsync(replica)).Find(replica.Id)?.PrimaryId == primary.Id);
        // In about one of ten copies, the replica is ready before the primary has noticed the end of the process that saved it, and is fed up to a second later.
        for (int copies = 1; copies < 40; copies++)
        {
            await primary.CallAsync("DEBUG", "CHANGE-REPL-ID");
            await primary.CallAsync("CLIENT", "KILL", "TYPE", "replica");
            await Eventually.TrueAsync(async () => (await InfoAsync(primary, "stats")).Contains($"sync_full:{copies + 1}\r", StringComparison.Ordinal), description: "a copy to be asked for");
            await Eventually.TrueAsync(async () => (await InfoAsync(replica, "replication")).Contains("master_link_status:up", StringComparison.Ordinal));

            await cluster.WaitUntilHealthyAsync();
            Assert.Contains("state=online", await InfoAsync(primary, "replication"), StringComparison.Ordinal);
        }
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

    private static async Task<string> InfoAsync(ClusterNodeProcess node, string section) => (await node.CallAsync("INFO", section)).Text!;
}
