using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>
/// A cluster client over a network in memory, with a clock that the test moves. Node <c>left</c> has the slots below 8192, <c>right</c> the others,
/// until the test says otherwise.
/// </summary>
internal sealed class FakeCluster : IAsyncDisposable
{
    private const int Port = 7000;

    private readonly MemoryNetwork _network = new();

    private FakeCluster()
    {
        Left = new FakeNode(this);
        Right = new FakeNode(this);
        Topology = $"*2\r\n{Range(0, 8191, "left")}{Range(8192, 16383, "right")}";
        _network.Prepare = connection => _ = (connection.Endpoint.Host == "left" ? Left : Right).ServeAsync(connection);
    }

    public FakeNode Left { get; }

    public FakeNode Right { get; }

    public ManualTimeProvider Time { get; } = new();

    public RedisCluster Client { get; private set; } = null!;

    /// <summary>What nodes answer to CLUSTER SLOTS.</summary>
    public string Topology { get; private set; }

    public static async Task<FakeCluster> StartAsync()
    {
        var cluster = new FakeCluster();
        cluster.Client = await RedisCluster.ConnectAsync(new RedisOptions
        {
            Endpoints = [new("left", Port)],
            Dialer = cluster._network,
            TimeProvider = cluster.Time,
            // Tests let the clock run until something has come, which must not end what is under way.
            ConnectTimeout = TimeSpan.FromDays(1),
            CommandTimeout = Timeout.InfiniteTimeSpan,
        }).InTime();
        return cluster;
    }

    /// <summary>Gives all slots to node <c>right</c>.</summary>
    public void GiveAllToRight() => Topology = $"*1\r\n{Range(0, 16383, "right")}";

    public TestPipeline CreatePipeline() => new(Client);

    /// <summary>The commands that a node gets next, letting clock time pass until they have come.</summary>
    public async Task<FakeRequest[]> TakeInTimeAsync(FakeNode node, int count)
    {
        Task<FakeRequest[]> taking = node.TakeAsync(count);
        await Wait.UntilAsync(
            () =>
            {
                Time.Advance(TimeSpan.FromMilliseconds(100));
                return taking.IsCompleted;
            },
            "the commands");
        return await taking;
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();

    private static string Range(int first, int last, string node) =>
        $"*3\r\n:{first}\r\n:{last}\r\n*4\r\n${node.Length}\r\n{node}\r\n:{Port}\r\n${node.Length}\r\n{node}\r\n*0\r\n";
}
