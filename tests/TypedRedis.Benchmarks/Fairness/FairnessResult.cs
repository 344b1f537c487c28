namespace TypedRedis.Benchmarks.Fairness;

/// <summary>What came of one scenario.</summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Undisturbed">Service without the disturbance.</param>
/// <param name="Disturbed">Service during it.</param>
/// <param name="ManagedGrowth">Most growth of managed memory during it, MB.</param>
/// <param name="WorkingSetGrowth">Most growth of the working set during it, MB.</param>
/// <param name="Facts">What the disturbance itself counted and measured.</param>
internal sealed record FairnessResult(
    string Scenario, Service Undisturbed, Service Disturbed, double ManagedGrowth, double WorkingSetGrowth, IReadOnlyList<Fact> Facts)
{
    /// <summary>Why it failed; null if it did not. The figures then mean nothing.</summary>
    public string? Failure { get; init; }

    /// <summary>The part of their throughput that the well-behaved callers keep.</summary>
    public double Ratio => Disturbed.Ops / Undisturbed.Ops;

    /// <summary>A scenario that failed.</summary>
    public static FairnessResult Failed(string scenario, string failure)
    {
        var unknown = new Service(double.NaN, double.NaN, double.NaN);
        return new(scenario, unknown, unknown, double.NaN, double.NaN, []) { Failure = failure };
    }
}

/// <summary>One thing that a disturbance counted or measured.</summary>
/// <param name="Name">Name with its unit, such as <c>recovery_ms_max</c>.</param>
/// <param name="Value">The number.</param>
/// <param name="Format">How to print it; whole by default.</param>
internal readonly record struct Fact(string Name, double Value, string Format = "F0");
