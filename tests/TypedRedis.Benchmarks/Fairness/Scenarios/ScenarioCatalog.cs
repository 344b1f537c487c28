namespace TypedRedis.Benchmarks.Fairness.Scenarios;

/// <summary>All scenarios. A further one is a class, and a line here.</summary>
internal static class ScenarioCatalog
{
    public static IEnumerable<Scenario> All()
    {
        yield return new SlowConsumers();
        yield return new LargeReply();
        yield return new BlockingContinuations("blocking-continuation", 1);
        yield return new BlockingContinuations("blocking-continuation-processors", Environment.ProcessorCount);
        yield return new SynchronousCalls("sync-over-async", 1);
        yield return new SynchronousCalls("sync-over-async-processors", Environment.ProcessorCount);
        yield return new CancelledCalls();
        yield return new LostConnections();
        yield return new Backpressure();
    }
}
