using System.Diagnostics;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

public sealed class SlotMovesTests
{
    [Fact]
    public async Task Slot_is_moved_to_and_fro_where_nodes_hear_late_of_each_other()
    {
        await using var cluster = await RedisClusterProcess.StartAsync(new() { ReplicasPerPrimary = 0, NodeTimeout = TimeSpan.FromSeconds(2) });
        ClusterNodeProcess home = await cluster.PrimaryOfAsync(0);
        ClusterNodeProcess away = await cluster.PrimaryOfAsync(16000);
        // PONG is what a node sends to all others when its slots have changed. Without it they learn of it by its next PING, seconds later.
        await DropAsync(cluster, 1);
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(15))
        {
            await cluster.MoveSlotAsync(0, away);
            await cluster.MoveSlotAsync(0, home);
        }

        await DropAsync(cluster, -1);
        await cluster.WaitUntilHealthyAsync();
        Assert.Same(home, await cluster.PrimaryOfAsync(0));
    }

    private static async Task DropAsync(RedisClusterProcess cluster, int packetType) =>
        await Task.WhenAll(cluster.Nodes.Select(node => node.CallAsync("DEBUG", "DROP-CLUSTER-PACKET-FILTER", packetType)));
}
