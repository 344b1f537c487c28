using System.Diagnostics;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Pipelines;

/// <summary>Slots that move to and fro under load: nothing is lost, doubled or out of order.</summary>
[Collection(ClusterCollection.Name)]
public sealed class PipelineMigrationTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private const int Writers = 16;
    private const int KeysPerWriter = 8;
    private const int IncrementsPerKey = 6;
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(60);
    private static readonly int[] s_slots = [3200, 3201, 3202, 3203];

    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A105")]
    [Trait("Spec", "A106")]
    public async Task Writers_see_every_number_once_and_in_order_while_slots_move()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync($"redis://{_cluster.Nodes[0].Address}");
        ClusterNodeProcess home = await _cluster.PrimaryOfAsync(s_slots[0]);
        ClusterNodeProcess away = await _cluster.PrimaryOfAsync(16000);
        using var stop = new CancellationTokenSource();
        Task<long>[] writers = [.. Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(IPipelined.Create(client), writer, stop.Token)))];
        int moves = 0;
        try
        {
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < s_duration && !writers.Any(writer => writer.IsCompleted))
            {
                foreach (int slot in s_slots)
                {
                    await _cluster.StartMigrationAsync(slot, moves % 2 == 0 ? away : home);
                    await _cluster.MigrateKeysAsync(slot);
                    await _cluster.FinishMigrationAsync(slot);
                }

                moves++;
            }
        }
        finally
        {
            await stop.CancelAsync();
        }

        long[] written = await Task.WhenAll(writers);
        if (moves % 2 == 1)
        {
            foreach (int slot in s_slots)
            {
                await _cluster.MoveSlotAsync(slot, home);
            }
        }

        Assert.True(moves >= 4, $"the slots moved {moves} times only");
        Assert.All(written, count => Assert.True(count > 100, $"a writer came to {count} increments only"));
    }

    // Half of the keys are in slots that move, half are not.
    private static async Task<long> WriteAsync(IPipelined redis, int writer, CancellationToken stop)
    {
        string[] keys =
        [
            .. Enumerable.Range(0, KeysPerWriter).Select(i => i % 2 == 0
                ? HashSlots.KeyForSlot(s_slots[i / 2 % s_slots.Length], $":moving:{writer}:{i}")
                : $"staying:{writer}:{i}"),
        ];
        await redis.PipelineAsync(p =>
        {
            Deferred<long> last = default;
            foreach (string key in keys)
            {
                last = p.Del([key]);
            }

            return last;
        }, cancellationToken: CancellationToken.None);
        using IPipelined.Pipeline pipeline = redis.CreatePipeline();
        long round = 0;
        for (; !stop.IsCancellationRequested; round++)
        {
            var replies = new Deferred<long>[IncrementsPerKey, keys.Length];
            for (int i = 0; i < IncrementsPerKey; i++)
            {
                for (int k = 0; k < keys.Length; k++)
                {
                    replies[i, k] = pipeline.Incr(keys[k]);
                }
            }

            PipelineReplies all = await pipeline.ExecuteAsync(deadline: Deadline.After(TimeSpan.FromSeconds(30)), cancellationToken: CancellationToken.None);
            for (int k = 0; k < keys.Length; k++)
            {
                long[] values = [.. Enumerable.Range(0, IncrementsPerKey).Select(i => all.Get(replies[i, k]))];
                long[] expected = [.. Enumerable.Range(1, IncrementsPerKey).Select(i => (round * IncrementsPerKey) + i)];
                Assert.True(expected.SequenceEqual(values), $"{keys[k]}: expected {string.Join(' ', expected)}, got {string.Join(' ', values)}");
            }
        }

        foreach (string key in keys)
        {
            Assert.Equal($"{round * IncrementsPerKey}", await redis.GetAsync(key));
        }

        return round * IncrementsPerKey;
    }
}
