namespace TypedRedis.Benchmarks.Running;

/// <summary>Figures of one run, or medians over several.</summary>
/// <param name="Ops">Commands per second.</param>
/// <param name="P50">Median duration of a call, microseconds.</param>
/// <param name="P99">Duration that 99 % of the calls do not exceed, microseconds.</param>
/// <param name="AllocatedBytes">Managed bytes allocated per command by the whole process.</param>
/// <param name="CpuMicroseconds">CPU time per command of the whole process, kernel time included.</param>
/// <param name="CommandsPerFlush">Commands carried by one send; NaN if not known.</param>
/// <param name="BytesPerFlush">Bytes carried by one send; NaN if not known.</param>
/// <param name="RepliesPerRead">Replies found after one receive; NaN if not known.</param>
internal sealed record Measurement(
    double Ops,
    double P50,
    double P99,
    double AllocatedBytes,
    double CpuMicroseconds,
    double CommandsPerFlush,
    double BytesPerFlush,
    double RepliesPerRead)
{
    /// <summary>Commands per second over those of the reference case, measured right before and after; NaN if that did not run.</summary>
    public double Ratio { get; init; } = double.NaN;

    /// <summary>For a single caller: median duration over that of the sequential reference, measured right before and after; else NaN.</summary>
    public double LatencyRatio { get; init; } = double.NaN;

    /// <summary>How much of one processor the servers used, all of them together; NaN if not known. A single server cannot use more than 1.</summary>
    public double ServerBusy { get; init; } = double.NaN;

    /// <summary>The median of every figure by itself.</summary>
    public static Measurement Median(IReadOnlyList<Measurement> runs)
    {
        return new(
            Of(run => run.Ops),
            Of(run => run.P50),
            Of(run => run.P99),
            Of(run => run.AllocatedBytes),
            Of(run => run.CpuMicroseconds),
            Of(run => run.CommandsPerFlush),
            Of(run => run.BytesPerFlush),
            Of(run => run.RepliesPerRead))
        {
            Ratio = Of(run => run.Ratio),
            LatencyRatio = Of(run => run.LatencyRatio),
            ServerBusy = Of(run => run.ServerBusy),
        };

        double Of(Func<Measurement, double> figure)
        {
            double[] sorted = [.. runs.Select(figure).Order()];
            return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        }
    }
}
