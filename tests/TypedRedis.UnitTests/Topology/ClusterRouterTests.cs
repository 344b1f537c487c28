using Microsoft.Extensions.Logging;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Topology;

/// <summary>What makes a cluster client read its topology again, and what a reading changes.</summary>
public class ClusterRouterTests
{
    private const string Key = "b";

    [Fact]
    public async Task Reading_that_brings_a_new_owner_leads_calls_there()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        cluster.GiveAllToRight();
        await cluster.RunUntilAsync(cluster.Client.RefreshTopologyAsync());
        Task<string> call = GetAsync(cluster);
        (await cluster.Right.TakeAsync(1))[0].Answer("+v\r\n");
        Assert.Equal("v", await call.InTime());
        Assert.False(cluster.Left.HasMore);
        Assert.Equal(["right:7000"], cluster.Client.Nodes.Select(node => node.Name));
    }

    [Fact]
    public async Task Reading_without_any_slot_changes_nothing()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        cluster.LeaveNothing();
        await cluster.RunUntilAsync(cluster.Client.RefreshTopologyAsync());
        Assert.Equal(2, cluster.Client.Nodes.Count);
        Task<string> call = GetAsync(cluster);
        (await cluster.Left.TakeAsync(1))[0].Answer("+v\r\n");
        Assert.Equal("v", await call.InTime());
    }

    [Fact]
    public async Task Reading_that_fails_is_logged_and_changes_nothing()
    {
        var logger = new CollectingLogger();
        bool isDown = false;
        await using FakeCluster cluster = await FakeCluster.StartAsync(
            configure: options => options with { LoggerFactory = new OneLogger(logger), AddressRemap = endpoint => Volatile.Read(ref isDown) ? throw new FormatException("no translation") : endpoint });
        isDown = true;
        await cluster.RunUntilAsync(cluster.Client.RefreshTopologyAsync());
        Assert.Contains(logger.Lines, line => line.Contains("topology cannot be read", StringComparison.Ordinal) && line.Contains("no translation", StringComparison.Ordinal));
        Assert.Equal(2, cluster.Client.Nodes.Count);
    }

    [Fact]
    public async Task Call_for_a_slot_without_owner_waits_until_a_reading_brings_one()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync(configure: options => options with { RequireFullCoverage = false });
        cluster.LeaveToNobody();
        await cluster.RunUntilAsync(cluster.Client.RefreshTopologyAsync());
        Task<string> call = GetAsync(cluster);
        cluster.GiveAllToRight();
        (await cluster.TakeInTimeAsync(cluster.Right, 1))[0].Answer("+v\r\n");
        Assert.Equal("v", await call.InTime());
    }

    [Fact]
    public async Task Cluster_with_gaps_is_refused_unless_the_user_takes_it_and_one_without_slots_always()
    {
        string gaps = $"*1\r\n{FakeCluster.Range(0, 16382, "left")}";
        RedisClusterException failure = await Assert.ThrowsAsync<RedisClusterException>(() => StartAsync(gaps, requireFullCoverage: true));
        Assert.Contains("16383 of 16384", failure.Message, StringComparison.Ordinal);
        await using (FakeCluster cluster = await StartAsync(gaps, requireFullCoverage: false))
        {
            Assert.Single(cluster.Client.Nodes);
        }

        await Assert.ThrowsAsync<RedisClusterException>(() => StartAsync("*0\r\n", requireFullCoverage: false));

        static Task<FakeCluster> StartAsync(string topology, bool requireFullCoverage) => FakeCluster.StartAsync(
            serve: connection => ServeAsync(connection, topology), configure: options => options with { RequireFullCoverage = requireFullCoverage });
    }

    [Fact]
    public async Task As_many_moves_as_the_user_chose_make_the_client_read()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync(configure: options => options with { ReinitializeSteps = 2, TopologyRefreshInterval = null });
        await MoveAsync(cluster, "{b}1", cluster.Left, 3300);
        Assert.Equal(0, cluster.Client.Refreshes);
        await MoveAsync(cluster, "c", cluster.Left, 7365);
        await Wait.UntilAsync(() => cluster.Client.Refreshes == 1, "the topology to be read");
    }

    [Fact]
    public async Task Node_that_owes_answers_for_a_second_makes_the_client_read()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync(configure: options => options with { TopologyRefreshInterval = null });
        cluster.Time.Advance(TimeSpan.FromSeconds(1));
        _ = GetAsync(cluster);
        await cluster.Left.TakeAsync(1);
        cluster.Time.Advance(TimeSpan.FromMilliseconds(900));
        Assert.Equal(0, cluster.Client.Refreshes);
        // The silent node is asked first, and the other one after a while.
        await Wait.WhileTimePassesAsync(cluster.Time, () => cluster.Client.Refreshes > 0, "the topology to be read");
    }

    [Fact]
    public async Task Node_that_redirects_to_itself_is_dialled_anew_and_asked_again()
    {
        int dials = 0;
        await using FakeCluster cluster = await FakeCluster.StartAsync(
            configure: options => options with { TopologyRefreshInterval = null },
            dialling: (endpoint, _) =>
            {
                if (endpoint.Host == "left")
                {
                    Interlocked.Increment(ref dials);
                }

                return Task.CompletedTask;
            });
        Task<string> call = GetAsync(cluster);
        FakeRequest first = (await cluster.Left.TakeAsync(1))[0];
        Assert.Equal(0, cluster.Client.Refreshes);
        first.Answer("-MOVED 3300 left:7000\r\n");
        FakeRequest again = (await cluster.TakeInTimeAsync(cluster.Left, 1))[0];
        Assert.Equal(2, Volatile.Read(ref dials));
        again.Answer("+v\r\n");
        Assert.Equal("v", await call.InTime());
        // The clock has moved, perhaps so far that a further reading was due.
        await Wait.UntilAsync(() => cluster.Client.Refreshes > 0, "the topology to be read");
    }

    [Fact]
    public async Task Command_for_all_primaries_goes_to_each_of_them()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        Task<long> call = cluster.Client.ExecuteAsync(new RawCommand("DBSIZE"), Reply.Int64).AsTask();
        (await cluster.Left.TakeAsync(1))[0].Answer(":1\r\n");
        (await cluster.Right.TakeAsync(1))[0].Answer(":2\r\n");
        Assert.Equal(3, await call.InTime());
    }

    [Fact]
    public async Task Keyless_call_that_loses_its_node_goes_to_another_one()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        Assert.True(cluster.Client.DefaultNode is not null);
        bool isLeft = cluster.Client.DefaultNode!.Endpoint.Host == "left";
        (FakeNode first, FakeNode second) = isLeft ? (cluster.Left, cluster.Right) : (cluster.Right, cluster.Left);
        Task<string> call = cluster.Client.ExecuteAsync(new RawCommand("ECHO", "x"), Reply.String).AsTask();
        (await first.TakeAsync(1))[0].Break();
        (await cluster.TakeInTimeAsync(second, 1))[0].Answer("+x\r\n");
        Assert.Equal("x", await call.InTime());
        Assert.Equal(isLeft ? "right" : "left", cluster.Client.DefaultNode!.Endpoint.Host);
    }

    private static async Task MoveAsync(FakeCluster cluster, string key, FakeNode from, int slot)
    {
        Task<string> call = cluster.Client.ExecuteAsync(new RawCommand("GET").Key(key), Reply.String).AsTask();
        (await from.TakeAsync(1))[0].Answer($"-MOVED {slot} right:7000\r\n");
        (await cluster.Right.TakeAsync(1))[0].Answer("+v\r\n");
        await call.InTime();
    }

    private static async Task ServeAsync(MemoryTransport connection, string topology)
    {
        while (true)
        {
            connection.Reply(FakeNode.OwnAnswer(string.Join(' ', await connection.ReadCommandAsync()), topology)!);
        }
    }

    private static Task<string> GetAsync(FakeCluster cluster) => cluster.Client.ExecuteAsync(new RawCommand("GET").Key(Key), Reply.String).AsTask();

    private sealed class OneLogger(ILogger logger) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => logger;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose()
        {
            // It holds nothing.
        }
    }
}
