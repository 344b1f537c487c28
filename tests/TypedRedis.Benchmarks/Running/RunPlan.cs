namespace TypedRedis.Benchmarks.Running;

/// <summary>How often and how long every case runs.</summary>
/// <param name="Mode">Name of the plan.</param>
/// <param name="Runs">Number of runs of which the median counts.</param>
/// <param name="WarmUp">How long the loops run before measuring begins, in every run.</param>
/// <param name="Window">How long is measured.</param>
/// <param name="Budget">How long all runs together may take; a slow machine makes fewer runs, but at least one.</param>
internal sealed record RunPlan(string Mode, int Runs, TimeSpan WarmUp, TimeSpan Window, TimeSpan Budget)
{
    /// <summary>All cases in less than a minute.</summary>
    public static RunPlan Quick { get; } = new("quick", 3, TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(45));

    /// <summary>For figures that are published; some six minutes.</summary>
    public static RunPlan Full { get; } = new("full", 5, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(400), TimeSpan.MaxValue);
}
