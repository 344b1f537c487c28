using System.Diagnostics;
using System.Globalization;
using TypedRedis.Benchmarks.Reporting;
using TypedRedis.TestSupport;

namespace TypedRedis.Benchmarks.Servers;

/// <summary>Runs <c>redis-benchmark</c>, the server's own load generator, as the reference of a client written in C.</summary>
internal static class RedisBenchmarkProgram
{
    private static readonly (int Clients, int Depth)[] s_loads = [(64, 16), (50, 100)];

    /// <summary>Prints its figures for GET and SET.</summary>
    /// <param name="output">Where to print.</param>
    /// <param name="port">The single server's port.</param>
    /// <param name="requests">Commands of each kind.</param>
    public static async Task RunAsync(TextWriter output, int port, int requests)
    {
        string program = Path.Combine(Path.GetDirectoryName(ServerBinaries.Find(ServerBinaries.Redis70).Path)!, "redis-benchmark");
        if (!File.Exists(program))
        {
            output.WriteLine("redis-benchmark is not installed beside the server.");
            return;
        }

        var table = new ConsoleTable("case", "server", "ops", "p50_us", "p99_us");
        foreach ((int clients, int depth) in s_loads)
        {
            foreach (string[] row in await MeasureAsync(program, port, requests, clients, depth))
            {
                // Columns: test, rps, avg, min, p50, p95, p99, max; times in milliseconds.
                table.Add(
                    $"redis-benchmark-c{clients}-P{depth}-{row[0].ToLowerInvariant()}",
                    "single",
                    ConsoleTable.Number(Parse(row[1]), "F0"),
                    ConsoleTable.Number(Parse(row[4]) * 1000, "F1"),
                    ConsoleTable.Number(Parse(row[6]) * 1000, "F1"));
            }
        }

        table.WriteTo(output);
    }

    private static async Task<IReadOnlyList<string[]>> MeasureAsync(string program, int port, int requests, int clients, int depth)
    {
        // -r lets it make keys "key:000000000042", 16 bytes as ours.
        string[] arguments =
            ["-p", $"{port}", "-c", $"{clients}", "-P", $"{depth}", "-n", $"{requests}", "-t", "get,set", "-d", "64", "-r", "1000", "--csv"];
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string text = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return
        [
            .. text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => line.Trim().Trim('"').Split("\",\""))
                .Where(row => row.Length >= 8 && row[0] != "test"),
        ];
    }

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
