namespace TypedRedis.Benchmarks.Running;

/// <summary>What became of a case over all runs.</summary>
/// <param name="Case">The case.</param>
/// <param name="Runs">The figures of every run.</param>
internal sealed record CaseResult(BenchmarkCase Case, IReadOnlyList<Measurement> Runs)
{
    /// <summary>Medians over the runs.</summary>
    public Measurement Median { get; } = Measurement.Median(Runs);

    /// <summary>Difference of the fastest and the slowest run, as a fraction of the median.</summary>
    public double Spread => (Runs.Max(run => run.Ops) - Runs.Min(run => run.Ops)) / Median.Ops;
}
