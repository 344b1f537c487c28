using System.Diagnostics;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

[Collection(ClusterCollection.Name)]
public sealed class FailoverTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    // Failovers take 4 s on an idle machine.
    private static readonly Deadline s_patient = Deadline.After(TimeSpan.FromSeconds(30));

    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A61")]
    [Trait("Spec", "A66")]
    public async Task No_call_fails_when_a_primary_is_killed_under_200_callers()
    {
        const int Slot = 9000;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(Slot);
        using var stop = new CancellationTokenSource();
        int elsewhere = 0;
        int there = 0;
        Task[] callers = [.. Enumerable.Range(0, 200).Select(caller => Task.Run(async () =>
        {
            int slot = caller % 4 == 0 ? Slot : (caller * 80) % HashSlots.Count;
            bool affected = client.GetNode(HashSlots.KeyForSlot(slot)).Endpoint.Port == primary.Port;
            string key = HashSlots.KeyForSlot(slot, $":a61:{caller}");
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                await client.SetAsync(key, $"{i}", s_patient);
                Assert.Equal($"{i}", await client.GetAsync(key, s_patient));
                Interlocked.Increment(ref affected ? ref there : ref elsewhere);
            }
        }))];
        await Eventually.TrueAsync(() => Volatile.Read(ref there) > 100 && Volatile.Read(ref elsewhere) > 100, description: "callers to be at work");

        long start = Stopwatch.GetTimestamp();
        long refreshes = client.Refreshes;
        await _cluster.KillAsync(primary);
        int elsewhereAtDeath = Volatile.Read(ref elsewhere);
        await Eventually.TrueAsync(() => Volatile.Read(ref elsewhere) > elsewhereAtDeath + 1000, description: "calls to other shards to go on");
        await _cluster.WaitForFailoverAsync(primary);
        int thereAtFailover = Volatile.Read(ref there);
        await Eventually.TrueAsync(
            () => Volatile.Read(ref there) > thereAtFailover + 100 || callers.Any(caller => caller.IsFaulted), description: "calls to the shard to go on");
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        refreshes = client.Refreshes - refreshes;

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        // Pauses between readings grow from 0.1 s to 0.5 s, give or take a quarter.
        Assert.InRange(refreshes, 1, 4 + (long)(seconds / 0.375));
        await _cluster.RestoreAsync(primary);
    }

    [Fact]
    [Trait("Spec", "A14")]
    public async Task Default_node_is_replaced_when_it_is_killed()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(3000);
        Assert.True(client.SetDefaultNode(client.FindNode(primary.Address)));
        Assert.Equal("PONG", await client.PingAsync());
        await _cluster.KillAsync(primary);
        Assert.Equal("PONG", await client.PingAsync(s_patient));
        Assert.NotEqual(primary.Port, client.DefaultNode.Endpoint.Port);
        Assert.False(client.DefaultNode.IsReplica);
        await _cluster.WaitForFailoverAsync(primary);
        Assert.Equal("PONG", await client.PingAsync());
        await _cluster.RestoreAsync(primary);
    }

    [Fact]
    [Trait("Spec", "A62")]
    public async Task Hung_primary_is_given_up_once_the_cluster_has_done_so()
    {
        const int Slot = 12000;
        string key = HashSlots.KeyForSlot(Slot, ":a62");
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
        await client.SetAsync(key, "before");
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(Slot);
        await _cluster.SuspendAsync(primary);
        Task hanging = client.SetAsync(key, "hanging", Deadline.After(TimeSpan.FromSeconds(1))).AsTask();
        await client.SetAsync(HashSlots.KeyForSlot(100, ":a62"), "other shard");
        Assert.False(hanging.IsCompleted);
        var error = await Assert.ThrowsAsync<RedisTimeoutException>(() => hanging);
        Assert.True(error.MayHaveExecuted);
        Assert.Equal(primary.Port, error.Endpoint!.Value.Port);

        await _cluster.WaitForFailoverAsync(primary);
        // Nothing but the silence tells the client that something is wrong.
        await Eventually.TrueAsync(
            async () =>
            {
                try
                {
                    await client.SetAsync(key, "after", Deadline.After(TimeSpan.FromMilliseconds(200)));
                    return true;
                }
                catch (RedisTimeoutException)
                {
                    return false;
                }
            },
            description: "the new primary to be used");
        Assert.False(primary.IsLive);
        Assert.Equal("after", await client.GetAsync(key));
        await _cluster.RestoreAsync(primary);
    }

    [Fact]
    [Trait("Spec", "A61")]
    public async Task Write_that_may_not_be_repeated_fails_at_once_or_succeeds_once()
    {
        const int Slot = 500;
        string key = HashSlots.KeyForSlot(Slot, ":once");
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(Slot);
        Task<long>[] calls = [.. Enumerable.Range(0, 20_000).Select(_ => client.IncrAsync(key, s_patient).AsTask())];
        await Task.WhenAny(calls);
        await primary.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        int succeeded = 0;
        int unknown = 0;
        foreach (Task<long> call in calls)
        {
            try
            {
                await call;
                succeeded++;
            }
            catch (RedisOutcomeUnknownException)
            {
                unknown++;
            }
        }

        long value = long.Parse((await client.GetAsync(key))!, null);
        Assert.InRange(value, succeeded, succeeded + unknown);
        Assert.Equal(calls.Length, succeeded + unknown);
    }
}
