using System.Diagnostics;
using TypedRedis.ServerTests.Blocking;
using TypedRedis.ServerTests.Pipelines;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;
using Xunit.Abstractions;

namespace TypedRedis.ServerTests.Cluster;

/// <summary>A primary that hangs: nothing but its silence tells, until the cluster has given its slots to a replica.</summary>
[Collection(ClusterCollection.Name)]
public sealed class HungPrimaryTests(ClusterFixture fixture, ITestOutputHelper output) : SharedClusterTests(fixture)
{
    private const int Callers = 64;
    private const int Slot = 12000;

    // Far longer than a failover: whoever waits for the dead node waits that long.
    private static readonly Deadline s_patient = Deadline.After(TimeSpan.FromSeconds(60));

    // What is in flight is to go on a quarter of a second after the client has seen the change; the rest is for a busy machine.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A62")]
    public async Task What_waits_for_a_hung_primary_goes_to_its_successor()
    {
        string key = HashSlots.KeyForSlot(Slot, ":hung");
        string list = HashSlots.KeyForSlot(Slot, ":list");
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
        IPipelined commands = IPipelined.Create(client);
        await client.SetAsync(key, "before");
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(Slot);
        Task<string[]?> pop = client.BLPopAsync(list).AsTask();
        await BlockedClients.WaitForAsync(primary, 1);
        ClusterNodeProcess heir = Assert.Single(await _cluster.ReplicasOfAsync(Slot));
        await _cluster.SuspendAsync(primary);
        Task[] repeatable =
        [
            .. Enumerable.Range(0, Callers).Select(i => client.GetAsync(key, s_patient).AsTask()),
            .. Enumerable.Range(0, Callers).Select(i => client.SetAsync($"{key}:{i}", "during", s_patient).AsTask()),
            commands.PipelineAsync(p => (p.Get(key), p.Set(key + ":piped", "during")), s_patient).AsTask(),
        ];
        Task[] unrepeatable =
        [
            client.IncrAsync(key + ":count", s_patient).AsTask(),
            pop,
        ];
        try
        {
            await WaitForPromotionAsync(heir);
            long promoted = Stopwatch.GetTimestamp();
            await Task.WhenAll(repeatable).WaitAsync(s_limit);
            output.WriteLine($"calls in flight went on {Stopwatch.GetElapsedTime(promoted).TotalMilliseconds:F0} ms after the promotion");
            foreach (Task call in unrepeatable)
            {
                await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => call.WaitAsync(s_limit));
            }

            Assert.False(primary.IsLive);
            Assert.Equal("during", await client.GetAsync(key + ":0", s_patient));
        }
        finally
        {
            await _cluster.RestoreAsync(primary);
        }
    }

    [Fact]
    [Trait("Spec", "A62")]
    public async Task No_repeatable_call_times_out_when_a_primary_hangs_under_64_callers()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess heir = Assert.Single(await _cluster.ReplicasOfAsync(Slot));
        var deadline = Deadline.After(TimeSpan.FromSeconds(10));
        using var stop = new CancellationTokenSource();
        int calls = 0;
        int timedOut = 0;
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            string key = HashSlots.KeyForSlot(Slot, $":hung:{caller}");
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await client.SetAsync(key, "value", deadline);
                    Assert.Equal("value", await client.GetAsync(key, deadline));
                    Interlocked.Increment(ref calls);
                }
                catch (RedisTimeoutException)
                {
                    Interlocked.Increment(ref timedOut);
                }
            }
        }))];
        await Eventually.TrueAsync(() => Volatile.Read(ref calls) > 1_000, description: "callers to be at work");
        await _cluster.SuspendAsync(primary);
        try
        {
            await WaitForPromotionAsync(heir);
            long promoted = Stopwatch.GetTimestamp();
            int before = Volatile.Read(ref calls);
            await Eventually.TrueAsync(() => Volatile.Read(ref calls) > before, description: "a first success");
            output.WriteLine($"first success {Stopwatch.GetElapsedTime(promoted).TotalMilliseconds:F0} ms after the promotion");
            await Eventually.TrueAsync(() => Volatile.Read(ref calls) > before + 1_000, description: "callers to go on");
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(callers);
            await _cluster.RestoreAsync(primary);
        }

        output.WriteLine($"{timedOut} calls timed out");
        Assert.Equal(0, timedOut);
    }

    // The moment at which the new owner knows: earlier than any other node, and than any client.
    private Task WaitForPromotionAsync(ClusterNodeProcess heir) => Eventually.TrueAsync(
        async () => (await _cluster.ViewAsync(heir)).Find(heir.Id) is { IsPrimary: true, Slots.Count: > 0 }, TimeSpan.FromSeconds(30), $"{heir} to take over");
}
