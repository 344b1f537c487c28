namespace TypedRedis.Benchmarks.Running;

/// <summary>Something to measure: a loop that any number of callers run at the same time.</summary>
internal sealed class BenchmarkCase
{
    /// <summary>Name in the table, such as <c>get-string-64</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What it runs against.</summary>
    public required ServerKind Server { get; init; }

    /// <summary>What a caller does: until <see cref="Caller.Begin"/> says no, send, await, <see cref="Caller.Replied"/>, verify, <see cref="Caller.Verified"/>.</summary>
    public required Func<Caller, Task> Loop { get; init; }

    /// <summary>How many callers run the loop at the same time; default 1.</summary>
    public int Callers { get; init; } = 1;

    /// <summary>How many commands one pass of the loop sends; default 1.</summary>
    public int CommandsPerCall { get; init; } = 1;

    /// <summary>Whether the loop blocks its thread and so needs one of its own; default no.</summary>
    public bool BlocksThread { get; init; }

    /// <summary>Whether this is another client's version of the case of the same name.</summary>
    public bool IsPeer { get; init; }

    /// <summary>Brings the server into the state the loop expects; before every run.</summary>
    public Func<Task> PrepareAsync { get; init; } = static () => Task.CompletedTask;

    /// <summary>Checks what replies alone do not show; after every run. Throws if something is wrong.</summary>
    public Func<Task> VerifyAsync { get; init; } = static () => Task.CompletedTask;

    /// <summary>Reads the counts of the client's connections; null if the client has none.</summary>
    public Func<ConnectionTraffic>? ReadTraffic { get; init; }

    /// <summary>Reads the CPU time that the servers have used so far.</summary>
    public required Func<TimeSpan> ReadServerCpu { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Name} ({Server.ToText()}{(IsPeer ? ", peer" : "")})";
}
