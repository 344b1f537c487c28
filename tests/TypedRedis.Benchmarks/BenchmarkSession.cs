using System.IO.Enumeration;
using TypedRedis.Benchmarks.Cases;
using TypedRedis.Benchmarks.Reporting;
using TypedRedis.Benchmarks.Running;
using TypedRedis.Benchmarks.Servers;

namespace TypedRedis.Benchmarks;

/// <summary>One call of the program: start servers, run the chosen cases, report.</summary>
/// <param name="plan">How often and how long.</param>
/// <param name="names">Names of the chosen cases, with * for anything; none means all.</param>
/// <param name="server">The only kind of server wanted; null for all.</param>
internal sealed class BenchmarkSession(RunPlan plan, IReadOnlyList<string> names, string? server)
{
    // Some seconds for all loads together.
    private const int RedisBenchmarkRequests = 300_000;

    /// <summary>The file to write results to; null for none.</summary>
    public string? JsonFile { get; init; }

    /// <summary>Whether to run <c>redis-benchmark</c> too.</summary>
    public bool RunsRedisBenchmark { get; init; }

    /// <summary>Whether StackExchange.Redis runs every case too.</summary>
    public bool WithPeer { get; init; } = true;

    /// <summary>Does it all.</summary>
    /// <returns>The program's exit code: 0, or 1 if a benchmark failed.</returns>
    public int Run(TextWriter output, TextWriter progress)
    {
        ServerKind[] kinds = [.. Enum.GetValues<ServerKind>().Where(kind => server is null || server == kind.ToText())];
        BenchmarkServers servers = BenchmarkServers.StartAsync(kinds, WithPeer).GetAwaiter().GetResult();
        try
        {
            return Run(servers, output, progress);
        }
        catch (BenchmarkFailedException failure)
        {
            progress.WriteLine($"FAILED {failure.Message}");
            return 1;
        }
        finally
        {
            servers.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    private int Run(BenchmarkServers servers, TextWriter output, TextWriter progress)
    {
        IReadOnlyList<BenchmarkCase> raw = servers.Raw;
        BenchmarkCase[] chosen = Choose(raw, servers);
        if (chosen.Length == 0)
        {
            progress.WriteLine("No case has such a name.");
            return 1;
        }

        output.WriteLine($"{MachineDescription.Text}; {plan.Mode}: up to {plan.Runs} runs of {plan.Window.TotalMilliseconds:F0} ms");
        var runner = new Runner(plan, raw.Single(IsNamed(CaseCatalog.Reference)), raw.Single(IsNamed(CaseCatalog.SequentialReference)), progress.WriteLine);
        IReadOnlyList<ReportRow> rows = ReportRow.From(runner.Run(chosen));
        ConsoleReport.WriteCases(output, rows);
        output.WriteLine();
        ConsoleReport.WriteConnections(output, rows);
        if (rows.Any(row => row.Peer is not null))
        {
            output.WriteLine();
            ConsoleReport.WritePeer(output, rows);
        }

        if (RunsRedisBenchmark)
        {
            output.WriteLine();
            RedisBenchmarkProgram.RunAsync(output, servers.Single.Port, RedisBenchmarkRequests).GetAwaiter().GetResult();
        }

        if (JsonFile is not null)
        {
            JsonReport.Write(JsonFile, plan, rows);
        }

        return 0;
    }

    // What others are compared with always runs.
    private BenchmarkCase[] Choose(IReadOnlyList<BenchmarkCase> raw, BenchmarkServers servers)
    {
        BenchmarkCase[] chosen = [.. raw.Concat(servers.Clients.SelectMany(CaseCatalog.Client)).Where(IsChosen)];
        return chosen.Length == 0 ? [] : [.. raw.Where(benchmark => CaseCatalog.IsReference(benchmark.Name)).Union(chosen)];
    }

    private static Func<BenchmarkCase, bool> IsNamed(string name) => benchmark => benchmark.Name == name;

    private bool IsChosen(BenchmarkCase benchmark) =>
        names.Count == 0 || names.Any(name => FileSystemName.MatchesSimpleExpression(name, benchmark.Name, ignoreCase: false));
}
