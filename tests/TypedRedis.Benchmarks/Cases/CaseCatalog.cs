using TypedRedis.Benchmarks.Running;

namespace TypedRedis.Benchmarks.Cases;

/// <summary>All cases. A further one is a loop, and a line here.</summary>
internal static class CaseCatalog
{
    /// <summary>The case that all others are compared with.</summary>
    public const string Reference = "raw-pipe100";

    /// <summary>The case that calls of a single caller are compared with.</summary>
    public const string SequentialReference = "raw-pingpong-async";

    private static readonly int[] s_callers = [1, 8, 64, 512, DataSet.MaxCallers];
    private static readonly int[] s_pipelineCallers = [1, 8];

    /// <summary>Whether others are compared with the case of this name.</summary>
    public static bool IsReference(string name) => name is Reference or SequentialReference;

    /// <summary>What a socket alone can do against a single server.</summary>
    public static IEnumerable<BenchmarkCase> Raw(RawLoops raw, Func<TimeSpan> readServerCpu)
    {
        yield return Batches(Reference, raw.BatchesBlocking, blocksThread: true);
        yield return Batches("raw-pipe100-async", raw.BatchesAsync, blocksThread: false);
        yield return new() { Name = SequentialReference, Server = ServerKind.Single, Loop = raw.PingPongAsync, ReadServerCpu = readServerCpu };

        BenchmarkCase Batches(string name, Func<Caller, Task> loop, bool blocksThread) => new()
        {
            Name = name,
            Server = ServerKind.Single,
            CommandsPerCall = RawLoops.BatchLength,
            Loop = loop,
            BlocksThread = blocksThread,
            ReadServerCpu = readServerCpu,
        };
    }

    /// <summary>What sockets alone can do against the nodes of a cluster.</summary>
    public static IEnumerable<BenchmarkCase> RawCluster(RawClusterLoop raw, Func<TimeSpan> readServerCpu)
    {
        foreach (int length in RawClusterLoop.BatchLengths)
        {
            yield return Blocking($"raw-pipe{length}", length, raw.Batches(length));
        }

        yield return Blocking("raw-split100", 1, raw.FirstBatch(ClientLoops.BatchLength));
        yield return Blocking("raw-split100-part", 1, raw.LargestPart(ClientLoops.BatchLength));

        BenchmarkCase Blocking(string name, int commands, Func<Caller, Task> loop) => new()
        {
            Name = name,
            Server = ServerKind.Cluster,
            CommandsPerCall = commands,
            Loop = loop,
            BlocksThread = true,
            ReadServerCpu = readServerCpu,
        };
    }

    /// <summary>What a client does through a typed interface, or another client through its own.</summary>
    public static IEnumerable<BenchmarkCase> Client(ClientUnderTest client)
    {
        IClientLoops loops = client.Loops;
        foreach (int callers in s_callers)
        {
            yield return client.Reading($"get-string-{callers}", callers, loops.GetStringAsync);
            yield return client.Reading($"get-lease-{callers}", callers, loops.GetLeaseAsync);
            yield return client.Reading($"get-buffer-{callers}", callers, loops.GetBufferAsync);
            yield return client.Writing($"set-{callers}", callers, loops.SetAsync);
            yield return client.Writing($"set-string-{callers}", callers, loops.SetStringAsync);
            yield return client.Counting($"incr-{callers}", callers, loops.IncrementAsync);
        }

        yield return client.Reading("mget100", 1, loops.GetManyAsync);
        yield return client.Reading("mget100-split", 1, loops.GetManySplitAsync);
        yield return client.Reading("mget100-split-part", 1, loops.GetSplitPartAsync);
        yield return client.Reading("batch100-get", 1, loops.GetBatchAsync, commandsPerCall: ClientLoops.BatchLength);
        foreach (int callers in s_pipelineCallers)
        {
            string suffix = callers == 1 ? "" : $"-{callers}";
            yield return client.Reading("pipe100-get" + suffix, callers, loops.GetPipelineAsync, commandsPerCall: ClientLoops.BatchLength);
            yield return client.Writing("pipe100-set" + suffix, callers, loops.SetPipelineAsync, commandsPerCall: ClientLoops.BatchLength);
        }

        yield return client.Reading("get-1k-64", 64, loops.GetKilobyteAsync);
        yield return client.Reading("get-64k-8", 8, loops.GetLargeAsync);
        yield return client.Writing("mix80-64", 64, loops.MixAsync);
    }
}
