using System.CommandLine;
using BenchmarkDotNet.Running;

namespace TypedRedis.Benchmarks.Micro;

/// <summary>The part of the command line that runs micro-benchmarks.</summary>
internal static class MicroCommand
{
    /// <summary>The command <c>micro</c>.</summary>
    public static Command Create()
    {
        var filter = new Argument<string[]>("filter") { Description = "Parts of the names of micro-benchmarks; default all.", Arity = ArgumentArity.ZeroOrMore };
        var micro = new Command("micro", "Run micro-benchmarks: no server, one small piece at a time.") { filter };
        micro.SetAction(parsed =>
        {
            string[] patterns = parsed.GetValue(filter) is { Length: > 0 } parts ? [.. parts.Select(part => $"*{part}*")] : ["*"];
            _ = BenchmarkSwitcher.FromAssembly(typeof(MicroConfig).Assembly).Run(["--filter", .. patterns], new MicroConfig());
        });
        return micro;
    }
}
