using TypedRedis.Benchmarks.Cases;
using TypedRedis.Benchmarks.Running;

namespace TypedRedis.Benchmarks.Reporting;

/// <summary>One row of the report: a case, beside its limits and its peer.</summary>
/// <param name="Result">The case.</param>
/// <param name="Ratio">Commands per second over those of the reference case; NaN if that did not run.</param>
/// <param name="LatencyRatio">For a single caller: its median duration over the one of the sequential reference; else NaN.</param>
/// <param name="Peer">Another client at the same case; null if there is none.</param>
internal sealed record ReportRow(CaseResult Result, double Ratio, double LatencyRatio, CaseResult? Peer)
{
    /// <summary>Makes the rows; a peer's results become part of ours.</summary>
    public static IReadOnlyList<ReportRow> From(IReadOnlyList<CaseResult> results)
    {
        CaseResult? reference = results.FirstOrDefault(result => result.Case.Name == CaseCatalog.Reference);
        CaseResult? sequential = results.FirstOrDefault(result => result.Case.Name == CaseCatalog.SequentialReference);
        return
        [
            .. results.Where(result => !result.Case.IsPeer).Select(result => new ReportRow(
                result,
                reference is null ? double.NaN : result.Median.Ops / reference.Median.Ops,
                sequential is null || !IsSequential(result.Case) ? double.NaN : result.Median.P50 / sequential.Median.P50,
                results.FirstOrDefault(other => other.Case.IsPeer && other.Case.Name == result.Case.Name && other.Case.Server == result.Case.Server))),
        ];
    }

    private static bool IsSequential(BenchmarkCase benchmark) => benchmark is { Callers: 1, CommandsPerCall: 1 };
}
