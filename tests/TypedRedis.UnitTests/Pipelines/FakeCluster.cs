using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>
/// A cluster client over a network in memory, with a clock that the test moves. Node <c>left</c> has the slots below 8192, <c>right</c> the others,
/// until the test says otherwise. A replica of <c>left</c> is there if the test wants it.
/// </summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    private const int Port = 7000;

    private readonly MemoryNetwork _network = new();

    private FakeCluster(Func<MemoryTransport, Task>? serve, Func<RedisEndpoint, CancellationToken, Task>? dialling, bool hasHeir)
    {
        _network.Dialling = dialling;
        Left = new FakeNode(this);
        Right = new FakeNode(this);
        Heir = new FakeNode(this);
        Topology = $"*2\r\n{Range(0, 8191, "left", hasHeir ? "heir" : null)}{Range(8192, 16383, "right")}";
        serve ??= connection => NodeOf(connection.Endpoint.Host).ServeAsync(connection);
        _network.Prepare = connection => _ = ServeAsync(connection, serve);
    }

    public FakeNode Left { get; }

    public FakeNode Right { get; }

    /// <summary>The replica of <see cref="Left"/>, if it has one.</summary>
    public FakeNode Heir { get; }

    /// <summary>Clock time that the set-up of a connection takes.</summary>
    public TimeSpan SetUpTime { get; set; }

    public ManualTimeProvider Time { get; } = new();

    public RedisCluster Client { get; private set; } = null!;

    /// <summary>What nodes answer to CLUSTER SLOTS.</summary>
    public string Topology { get; private set; }

    /// <summary>Whether nodes leave the answer to CLUSTER SLOTS to the test too.</summary>
    public bool LeavesTopologyToTest { get; set; }

    /// <summary>A client that is connected.</summary>
    /// <param name="maxInFlightBytes">What fits into one connection at once; what is more waits.</param>
    /// <param name="serve">Serves a connection in the place of the two nodes; the set-up of connections and the topology included.</param>
    /// <param name="configure">Changes further options.</param>
    /// <param name="dialling">Called for each dial; what it throws, dialling throws.</param>
    /// <param name="hasHeir">Whether node left has a replica.</param>
    public static async Task<FakeCluster> StartAsync(
        long? maxInFlightBytes = null,
        Func<MemoryTransport, Task>? serve = null,
        Func<RedisOptions, RedisOptions>? configure = null,
        Func<RedisEndpoint, CancellationToken, Task>? dialling = null,
        bool hasHeir = false)
    {
        var cluster = new FakeCluster(serve, dialling, hasHeir);
        var options = new RedisOptions
        {
            Endpoints = [new("left", Port)],
            Dialer = cluster._network,
            Resolver = cluster._network,
            TimeProvider = cluster.Time,
            // Tests let the clock run until something has come, which must not end what is under way.
            ConnectTimeout = TimeSpan.FromDays(1),
            CommandTimeout = Timeout.InfiniteTimeSpan,
        };
        options = options with { MaxInFlightBytes = maxInFlightBytes ?? options.MaxInFlightBytes };
        cluster.Client = await RedisCluster.ConnectAsync(configure?.Invoke(options) ?? options).InTime();
        return cluster;
    }

    /// <summary>Gives all slots to node <c>right</c>.</summary>
    public void GiveAllToRight() => GiveAllTo("right");

    /// <summary>Gives all slots to one node, which may be one that was not there before.</summary>
    public void GiveAllTo(string node) => Topology = $"*1\r\n{Range(0, 16383, node)}";

    /// <summary>Leaves all slots without owner.</summary>
    public void LeaveNothing() => Topology = "*0\r\n";

    /// <summary>Has the replica take the place of node <c>left</c>.</summary>
    public void PromoteHeir() => Topology = $"*2\r\n{Range(0, 8191, "heir")}{Range(8192, 16383, "right")}";

    /// <summary>Leaves the slots of node <c>left</c> without owner.</summary>
    public void LeaveToNobody() => Topology = $"*1\r\n{Range(8192, 16383, "right")}";

    public TestPipeline CreatePipeline() => new(Client);

    /// <summary>The commands that a node gets next, letting clock time pass until they have come.</summary>
    public async Task<FakeRequest[]> TakeInTimeAsync(FakeNode node, int count)
    {
        Task<FakeRequest[]> taking = node.TakeAsync(count);
        await RunUntilAsync(taking);
        return await taking;
    }

    /// <summary>The next command that a node gets while a call is under way, letting clock time pass; null if the call ends before.</summary>
    public async Task<FakeRequest?> RunUntilTakenOrEndAsync(FakeNode node, Task call)
    {
        await Wait.WhileTimePassesAsync(Time, () => node.HasMore || call.IsCompleted, "a command, or the end of the call");
        return node.HasMore ? (await node.TakeAsync(1))[0] : null;
    }

    /// <summary>Lets clock time pass until something has ended.</summary>
    public Task RunUntilAsync(Task end) => Wait.WhileTimePassesAsync(Time, () => end.IsCompleted, "the end");

    public ValueTask DisposeAsync() => Client.DisposeAsync();

    /// <summary>Who has a slot, but for those that have moved.</summary>
    public static string OwnerOf(int slot, IReadOnlyDictionary<int, string> moved) => moved.GetValueOrDefault(slot, slot < 8192 ? "left" : "right");

    /// <summary>The answer to CLUSTER SLOTS when some slots have moved.</summary>
    public static string Slots(IReadOnlyDictionary<int, string> moved)
    {
        List<string> ranges = [];
        int first = 0;
        int[] ends = [.. moved.Keys.SelectMany(slot => new[] { slot, slot + 1 }), 8192, 16384];
        foreach (int end in ends.Distinct().Order().Where(end => end > 0))
        {
            ranges.Add(Range(first, end - 1, OwnerOf(first, moved)));
            first = end;
        }

        return $"*{ranges.Count}\r\n{string.Concat(ranges)}";
    }

    /// <summary>An entry of the answer to CLUSTER SLOTS.</summary>
    public static string Range(int first, int last, string node, string? replica = null) =>
        $"*{(replica is null ? 3 : 4)}\r\n:{first}\r\n:{last}\r\n{Member(node)}{(replica is null ? "" : Member(replica))}";

    private static string Member(string node) => $"*4\r\n${node.Length}\r\n{node}\r\n:{Port}\r\n${node.Length}\r\n{node}\r\n*0\r\n";

    private FakeNode NodeOf(string host) => host switch { "left" => Left, "heir" => Heir, _ => Right };

    // The client has begun to count when the first bytes are there.
    private async Task ServeAsync(MemoryTransport connection, Func<MemoryTransport, Task> serve)
    {
        if (SetUpTime > TimeSpan.Zero)
        {
            await Wait.UntilAsync(() => connection.HasUnread, "the first command of the set-up");
            Time.Advance(SetUpTime);
        }

        await serve(connection);
    }
}
