using System.Diagnostics;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;
using Xunit.Abstractions;

namespace TypedRedis.ServerTests.Cluster;

/// <summary>A primary that is killed: what is called meanwhile waits for a connection to it, until the cluster has given its slots to a replica.</summary>
[Collection(ClusterCollection.Name)]
public sealed class KilledPrimaryTests(ClusterFixture fixture, ITestOutputHelper output) : SharedClusterTests(fixture)
{
    private const int Callers = 64;
    private const int Slot = 12000;

    private static readonly Deadline s_patient = Deadline.After(TimeSpan.FromSeconds(60));

    // It takes a fraction of a second; the rest is for a busy machine.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A61")]
    public async Task What_waits_for_a_killed_primary_goes_to_its_successor()
    {
        string key = HashSlots.KeyForSlot(Slot, ":killed");
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
        await client.SetAsync(key, "before");
        ClusterNodeProcess primary = await _cluster.PrimaryOfAsync(Slot);
        ClusterNodeProcess heir = Assert.Single(await _cluster.ReplicasOfAsync(Slot));
        await _cluster.KillAsync(primary);
        Task[] calls =
        [
            .. Enumerable.Range(0, Callers).Select(i => client.GetAsync(key, s_patient).AsTask()),
            .. Enumerable.Range(0, Callers).Select(i => client.IncrAsync($"{key}:{i}", s_patient).AsTask()),
        ];
        try
        {
            await Eventually.TrueAsync(
                async () => (await _cluster.ViewAsync(heir)).Find(heir.Id) is { IsPrimary: true, Slots.Count: > 0 }, TimeSpan.FromSeconds(30), $"{heir} to take over");
            long promoted = Stopwatch.GetTimestamp();
            await Task.WhenAll(calls).WaitAsync(s_limit);
            output.WriteLine($"calls that waited went on {Stopwatch.GetElapsedTime(promoted).TotalMilliseconds:F0} ms after the promotion");
        }
        finally
        {
            await _cluster.RestoreAsync(primary);
        }
    }
}
