namespace TypedRedis.Benchmarks.Fairness;

/// <summary>How the well-behaved callers fared.</summary>
/// <param name="Ops">Their calls per second.</param>
/// <param name="P99">Duration that 99 % of their calls do not exceed, microseconds.</param>
/// <param name="Longest">Their longest call, one that had not ended included, milliseconds.</param>
internal sealed record Service(double Ops, double P99, double Longest)
{
    /// <summary>Medians over several runs, and the longest call of all.</summary>
    public static Service Of(IReadOnlyList<Service> runs)
    {
        return new(Median(run => run.Ops), Median(run => run.P99), runs.Max(run => run.Longest));

        double Median(Func<Service, double> figure)
        {
            double[] sorted = [.. runs.Select(figure).Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }
}
