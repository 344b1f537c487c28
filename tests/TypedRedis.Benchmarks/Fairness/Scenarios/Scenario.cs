namespace TypedRedis.Benchmarks.Fairness.Scenarios;

/// <summary>Something that happens beside the well-behaved callers, on their client. Used once.</summary>
internal abstract class Scenario
{
    /// <summary>Name in the table, such as <c>large-reply</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What it counted and measured, over all runs.</summary>
    public abstract IEnumerable<Fact> Facts { get; }

    /// <summary>Changes the client's options.</summary>
    public virtual RedisOptions Configure(RedisOptions options) => options;

    /// <summary>Brings the server into the state the scenario expects.</summary>
    public virtual Task PrepareAsync(ScenarioServer server) => Task.CompletedTask;

    /// <summary>What else goes on all the time, also while service is measured undisturbed.</summary>
    public virtual Task LoadAsync(ScenarioServer server, CancellationToken stop) => Task.CompletedTask;

    /// <summary>Disturbs until told to stop; once for each run. Throws if a reply was wrong.</summary>
    public abstract Task DisturbAsync(ScenarioServer server, CancellationToken stop);

    /// <summary>Checks what replies alone do not show, when all is over. Throws if something is wrong.</summary>
    public virtual Task VerifyAsync(ScenarioServer server) => Task.CompletedTask;
}
