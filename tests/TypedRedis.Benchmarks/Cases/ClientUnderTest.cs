using TypedRedis.Benchmarks.Running;

namespace TypedRedis.Benchmarks.Cases;

/// <summary>A client connected to one kind of server, from which cases are made.</summary>
/// <param name="Server">What it is connected to.</param>
/// <param name="Loops">What its callers do.</param>
/// <param name="Keyspace">Prepares and checks what the server holds.</param>
internal sealed record ClientUnderTest(ServerKind Server, IClientLoops Loops, Keyspace Keyspace)
{
    /// <summary>Whether this is another client, measured for comparison.</summary>
    public bool IsPeer { get; init; }

    /// <summary>Reads the counts of the client's connections; null if it has none.</summary>
    public Func<ConnectionTraffic>? ReadTraffic { get; init; }

    /// <summary>Reads the CPU time that the servers have used so far.</summary>
    public required Func<TimeSpan> ReadServerCpu { get; init; }

    /// <summary>A case that only reads.</summary>
    public BenchmarkCase Reading(string name, int callers, Func<Caller, Task> loop, int commandsPerCall = 1) =>
        Create(name, callers, loop, commandsPerCall, Nothing, Nothing);

    /// <summary>A case that writes with SET; what it wrote is read back afterwards.</summary>
    public BenchmarkCase Writing(string name, int callers, Func<Caller, Task> loop, int commandsPerCall = 1) =>
        Create(name, callers, loop, commandsPerCall, Keyspace.DeleteWrittenAsync, Keyspace.VerifyWrittenAsync);

    /// <summary>A case that counts; it begins at 1.</summary>
    public BenchmarkCase Counting(string name, int callers, Func<Caller, Task> loop) =>
        Create(name, callers, loop, 1, Keyspace.DeleteCountersAsync, Nothing);

    private BenchmarkCase Create(
        string name, int callers, Func<Caller, Task> loop, int commandsPerCall, Func<Task> prepare, Func<Task> verify) => new()
        {
            Name = name,
            Server = Server,
            Callers = callers,
            CommandsPerCall = commandsPerCall,
            Loop = loop,
            PrepareAsync = prepare,
            VerifyAsync = verify,
            IsPeer = IsPeer,
            ReadTraffic = ReadTraffic,
            ReadServerCpu = ReadServerCpu,
        };

    private static Task Nothing() => Task.CompletedTask;
}
