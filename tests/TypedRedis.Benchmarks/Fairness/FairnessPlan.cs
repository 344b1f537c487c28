namespace TypedRedis.Benchmarks.Fairness;

/// <summary>How often and how long every scenario is measured.</summary>
/// <param name="Runs">How often undisturbed and disturbed service are measured, in turn.</param>
/// <param name="Window">How long each of the two is measured, each time.</param>
internal sealed record FairnessPlan(int Runs, TimeSpan Window)
{
    /// <summary>Some two minutes for all scenarios.</summary>
    public static FairnessPlan Default { get; } = new(3, TimeSpan.FromSeconds(2));

    /// <summary>How long a disturbance lasts before it is measured, and how long calm lasts after it.</summary>
    public TimeSpan WarmUp { get; } = TimeSpan.FromMilliseconds(200);
}
