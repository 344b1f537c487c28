using System.Diagnostics;
using TypedRedis.TestSupport;

namespace TypedRedis.Benchmarks.Servers;

/// <summary>Reads how much CPU time servers have used.</summary>
internal static class ServerCpu
{
    /// <summary>A reader of the time that these have used together since they were started.</summary>
    public static Func<TimeSpan> Of(IEnumerable<RedisServerProcess> servers)
    {
        Process[] processes = [.. servers.Select(server => Process.GetProcessById(server.Pid))];
        return () => processes.Aggregate(TimeSpan.Zero, static (sum, process) =>
        {
            process.Refresh();
            return sum + process.TotalProcessorTime;
        });
    }
}
