using System.Diagnostics;
using TypedRedis;
using TypedRedis.TestSupport;

namespace QuickStart;

/// <summary>Kills a primary while the program writes, and shows what the callers saw of it.</summary>
internal static class FailoverDemo
{
    private const int Writers = 32;
    private static readonly Deadline s_deadline = Deadline.After(TimeSpan.FromSeconds(15));

    public static async Task RunAsync(RedisCluster cluster, RedisClusterProcess servers)
    {
        Screen.Step($"Killing a primary under {Writers} writers");
        IVisits visits = IVisits.Create(cluster);
        var watch = new WriteWatch();
        using var stop = new CancellationTokenSource();
        Task[] writers = [.. Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteAsync(visits, writer, watch, stop.Token)))];

        await watch.WaitForWritesAsync(20_000);
        int slot = cluster.SlotOf("page:0");
        ClusterNodeProcess victim = await servers.PrimaryOfAsync(slot);
        Screen.Line($"kill -9 port {victim.Port}, the owner of slot {slot}");
        await servers.KillAsync(victim);
        ClusterNodeProcess successor = await servers.WaitForFailoverAsync(victim);
        Screen.Line($"port {successor.Port} was promoted by the cluster");

        // The last proof: a write to the very slot that had lost its owner, and some more of everything.
        await visits.SetAsync("page:0", "after the failover", s_deadline);
        await watch.WaitForWritesAsync(20_000);
        await stop.CancelAsync();
        await Task.WhenAll(writers);

        Screen.Line($"{watch.Writes:N0} writes, {watch.Errors} errors, longest wait of a caller {watch.LongestWait.TotalSeconds:F1} s");
        Screen.Done("callers with 15 s to spare saw a slow call, not an error");
    }

    private static async Task WriteAsync(IVisits visits, int writer, WriteWatch watch, CancellationToken stop)
    {
        for (int i = 0; !stop.IsCancellationRequested; i++)
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                await visits.SetAsync($"page:{(i + writer) % 1000}", "visited", s_deadline);
                watch.Wrote(Stopwatch.GetElapsedTime(start));
            }
            catch (RedisException)
            {
                watch.Failed();
            }
        }
    }
}
