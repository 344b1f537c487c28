namespace TypedRedis.Benchmarks.Running;

/// <summary>What all callers of one run share.</summary>
/// <param name="latencies">Where durations go.</param>
internal sealed class RunState(LatencyHistogram latencies)
{
    private volatile bool _isOver;

    /// <summary>Whether the loops are to end.</summary>
    public bool IsOver => _isOver;

    /// <summary>Durations of sampled calls.</summary>
    public LatencyHistogram Latencies { get; } = latencies;

    /// <summary>Ends the loops.</summary>
    public void End() => _isOver = true;
}
