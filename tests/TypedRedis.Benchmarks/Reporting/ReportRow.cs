using TypedRedis.Benchmarks.Running;

namespace TypedRedis.Benchmarks.Reporting;

/// <summary>One row of the report: a case, beside its limits and its peer.</summary>
/// <param name="Result">The case.</param>
/// <param name="Peer">Another client at the same case; null if there is none.</param>
internal sealed record ReportRow(CaseResult Result, CaseResult? Peer)
{
    /// <summary>Makes the rows; a peer's results become part of ours.</summary>
    public static IReadOnlyList<ReportRow> From(IReadOnlyList<CaseResult> results) =>
    [
        .. results.Where(result => !result.Case.IsPeer).Select(result => new ReportRow(
            result,
            results.FirstOrDefault(other => other.Case.IsPeer && other.Case.Name == result.Case.Name && other.Case.Server == result.Case.Server))),
    ];
}
