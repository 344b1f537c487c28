using System.Collections.Concurrent;
using TypedRedis.Execution;
using TypedRedis.Protocol;
using TypedRedis.Routing;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Topology;

/// <summary>What makes a cluster client read its topology at once, and what becomes of nodes and calls that a reading concerns. It is never read for no reason here.</summary>
public class ClusterReadingTests
{
    // The slot of b is of node left, that of a of node right.
    private const string Key = "b";

    private readonly ConcurrentBag<string> _dialled = [];

    [Theory]
    [InlineData("call")]
    [InlineData("call that blocks")]
    public async Task Command_for_a_slot_without_owner_has_the_topology_read_at_once_and_is_sent_to_the_new_owner(string kind)
    {
        await using FakeCluster cluster = await StartAsync();
        cluster.LeaveToNobody();
        await ReadAsync(cluster);
        cluster.GiveAllToRight();
        Task call = kind == "call" ? GetAsync(cluster) : cluster.Client.ExecuteAsync(new RawCommand("BLPOP").Key(Key).Argument(0), Reply.Value).AsTask();
        // The clock stands still.
        FakeRequest sent = (await cluster.Right.TakeAsync(1))[0];
        Assert.Contains(Key, sent.Text.Split(' '));
        sent.Answer("+v\r\n");
        await call.InTime();
    }

    [Fact]
    public async Task Call_for_a_slot_without_owner_is_refused_if_as_many_wait_as_may_and_one_that_waits_keeps_its_deadline()
    {
        await using FakeCluster cluster = await StartAsync(options => options with { MaxWaitingCommands = 1 });
        cluster.LeaveToNobody();
        await ReadAsync(cluster);
        cluster.LeavesTopologyToTest = true;
        Task<string> waiting = cluster.Client.ExecuteAsync(new RawCommand("GET").Key(Key), Reply.String, Deadline.After(TimeSpan.FromMilliseconds(100))).AsTask();
        await Assert.ThrowsAsync<RedisQueueFullException>(() => GetAsync(cluster).InTime());
        cluster.Time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(waiting.IsCompleted);
        cluster.Time.Advance(TimeSpan.FromMilliseconds(40));
        var late = await Assert.ThrowsAsync<RedisTimeoutException>(() => waiting.InTime());
        Assert.False(late.MayHaveExecuted);
        Assert.Equal(3300, late.Slot);
    }

    [Fact]
    public async Task Call_in_flight_keeps_its_deadline()
    {
        await using FakeCluster cluster = await StartAsync();
        Task<string> call = cluster.Client.ExecuteAsync(new RawCommand("GET").Key(Key), Reply.String, Deadline.After(TimeSpan.FromMilliseconds(100))).AsTask();
        await cluster.Left.TakeAsync(1);
        cluster.Time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.False(call.IsCompleted);
        cluster.Time.Advance(TimeSpan.FromMilliseconds(40));
        Assert.True((await Assert.ThrowsAsync<RedisTimeoutException>(() => call.InTime())).MayHaveExecuted);
    }

    [Fact]
    public async Task Lost_connection_has_the_topology_read_and_a_call_with_a_key_leaves_the_default_node_what_it_is()
    {
        await using FakeCluster cluster = await StartAsync();
        Assert.True(cluster.Client.SetDefaultNode(cluster.Client.GetNode(Key)));
        Task<string> call = GetAsync(cluster);
        (await cluster.Left.TakeAsync(1))[0].Break();
        await Wait.UntilAsync(() => cluster.Client.Refreshes == 1, "the topology to be read");
        (await cluster.TakeInTimeAsync(cluster.Left, 1))[0].Answer("+v\r\n");
        Assert.Equal("v", await call.InTime());
        Assert.Equal("left", cluster.Client.DefaultNode.Endpoint.Host);
    }

    [Theory]
    [InlineData("-CLUSTERDOWN The cluster is down\r\n", 1)]
    [InlineData("-READONLY You can't write against a read only replica.\r\n", 1)]
    [InlineData("-TRYAGAIN Multiple keys request during rehashing of slot\r\n", 0)]
    [InlineData("-ASK 3300 right:7000\r\n", 0)]
    public async Task Error_that_tells_of_a_change_of_the_topology_has_it_read(string error, int readings)
    {
        await using FakeCluster cluster = await StartAsync();
        Task<string> call = GetAsync(cluster);
        (await cluster.Left.TakeAsync(1))[0].Answer(error);
        if (error.StartsWith("-ASK", StringComparison.Ordinal))
        {
            FakeRequest[] asked = await cluster.Right.TakeAsync(2);
            asked[0].Answer("+OK\r\n");
            asked[1].Answer("+v\r\n");
        }
        else
        {
            TimeSpan pause = TimeSpan.FromMilliseconds(10);
            await Wait.UntilAsync(() => cluster.Time.IsDueOnce(pause), "the pause to begin");
            cluster.Time.Advance(pause);
            (await cluster.Left.TakeAsync(1))[0].Answer("+v\r\n");
        }

        Assert.Equal("v", await call.InTime());
        await Wait.UntilAsync(() => cluster.Client.Refreshes >= readings, "the topology to be read");
        Assert.Equal(readings, cluster.Client.Refreshes);
    }

    [Theory]
    [InlineData("MOVED", "right")]
    [InlineData("ASK", "left")]
    public async Task Slot_that_has_moved_is_remembered_and_a_key_on_its_way_is_not(string redirect, string next)
    {
        await using FakeCluster cluster = await StartAsync(options => options with { ReinitializeSteps = 0 });
        Task<string> first = GetAsync(cluster);
        (await cluster.Left.TakeAsync(1))[0].Answer($"-{redirect} 3300 right:7000\r\n");
        FakeRequest[] sent = await cluster.Right.TakeAsync(redirect == "ASK" ? 2 : 1);
        foreach (FakeRequest request in sent)
        {
            request.Answer("+v\r\n");
        }

        await first.InTime();
        Task<string> second = GetAsync(cluster);
        (await (next == "right" ? cluster.Right : cluster.Left).TakeAsync(1))[0].Answer("+w\r\n");
        Assert.Equal("w", await second.InTime());
        Task<string> beside = GetAsync(cluster, "c");
        (await cluster.Left.TakeAsync(1))[0].Answer("+x\r\n");
        await beside.InTime();
        Assert.Equal(0, cluster.Client.Refreshes);
    }

    [Fact]
    public async Task Node_that_was_dialled_anew_is_reached_by_the_new_connection_for_all_its_slots()
    {
        await using FakeCluster cluster = await StartAsync();
        Task<string> first = GetAsync(cluster);
        (await cluster.Left.TakeAsync(1))[0].Answer("-MOVED 3300 left:7000\r\n");
        (await cluster.Left.TakeAsync(1))[0].Answer("+v\r\n");
        await first.InTime();
        RedisConnectionStatistics[] before = [.. cluster.Client.GetConnectionStatistics().Where(node => node.Endpoint.Host == "left")];
        Assert.Equal(2, before.Length);
        for (int i = 0; i < 3; i++)
        {
            Task<string> beside = GetAsync(cluster, "c");
            (await cluster.Left.TakeAsync(1))[0].Answer("+w\r\n");
            await beside.InTime();
        }

        // One of them has gone over none.
        IEnumerable<RedisConnectionStatistics> after = cluster.Client.GetConnectionStatistics().Where(node => node.Endpoint.Host == "left");
        Assert.Single(after.Zip(before), pair => pair.First.Commands >= pair.Second.Commands + 3);
        Assert.Equal(2, _dialled.Count(host => host == "left"));
    }

    [Fact]
    public async Task Key_of_slot_0_goes_to_its_owner_like_any_other()
    {
        await using FakeCluster cluster = await StartAsync();
        Assert.True(cluster.Client.SetDefaultNode(cluster.Client.GetNode("a")));
        // Its slot is 0.
        const string First = "06S";
        Assert.Equal(0, HashSlot.Of("06S"u8));
        Task<string> call = GetAsync(cluster, First);
        (await cluster.Left.TakeAsync(1))[0].Answer("-CLUSTERDOWN The cluster is down\r\n");
        (await cluster.TakeInTimeAsync(cluster.Left, 1))[0].Answer("+v\r\n");
        Assert.Equal("v", await call.InTime());
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Client_that_wants_all_slots_says_whether_it_knows_them(bool requiresAll, bool isContent)
    {
        await using FakeCluster cluster = await StartAsync(options => options with { RequireFullCoverage = requiresAll });
        var router = Assert.IsAssignableFrom<IFanOutRouter>(cluster.Client.Router);
        Assert.True(router.KnowsAllSlots);
        cluster.LeaveToNobody();
        Task nextReading = router.NextReading;
        await ReadAsync(cluster);
        await nextReading.InTime();
        Assert.Equal(isContent, router.KnowsAllSlots);
    }

    [Fact]
    public async Task Address_in_a_redirect_is_translated()
    {
        await using FakeCluster cluster = await StartAsync(
            options => options with { AddressRemap = endpoint => endpoint.Host == "inside" ? new("right", endpoint.Port) : endpoint });
        Task<string> call = GetAsync(cluster);
        (await cluster.Left.TakeAsync(1))[0].Answer("-MOVED 3300 inside:7000\r\n");
        (await cluster.Right.TakeAsync(1))[0].Answer("+v\r\n");
        Assert.Equal("v", await call.InTime());
        Assert.DoesNotContain("inside", _dialled);
    }

    [Fact]
    public async Task Script_is_redirected_to_a_node_that_is_known_and_to_another_one_only_once_the_topology_has_it()
    {
        await using FakeCluster cluster = await StartAsync();
        Task<string> known = EvalAsync(cluster, "c");
        (await cluster.Left.TakeAsync(1))[0].Answer("-MOVED 7365 right:7000\r\n");
        (await cluster.Right.TakeAsync(1))[0].Answer("+v\r\n");
        Assert.Equal("v", await known.InTime());

        Task<string> unknown = EvalAsync(cluster, Key);
        (await cluster.Left.TakeAsync(1))[0].Answer("-MOVED 3300 stranger:7000\r\n");
        FakeRequest again = (await cluster.TakeInTimeAsync(cluster.Left, 1))[0];
        Assert.DoesNotContain("stranger", _dialled);
        cluster.GiveAllTo("stranger");
        await cluster.RunUntilAsync(cluster.Client.RefreshTopologyAsync());
        again.Answer("-MOVED 3300 stranger:7000\r\n");
        (await cluster.Right.TakeAsync(1))[0].Answer("+v\r\n");
        Assert.Equal("v", await unknown.InTime());
        Assert.Contains("stranger", _dialled);
    }

    [Fact]
    public async Task Command_for_all_nodes_goes_to_replicas_too()
    {
        await using FakeCluster cluster = await StartAsync(hasHeir: true);
        var flush = new CommandInfo(
            "SCRIPT FLUSH", CommandFlags.Keyless, RetryClass.Idempotent, RequestPolicy.AllNodes, ResponsePolicy.AllSucceeded, CommandTarget.AllNodes);
        RequestWriter request = cluster.Client.BeginRequest("*2\r\n$6\r\nSCRIPT\r\n$5\r\nFLUSH\r\n"u8);
        Task call = cluster.Client.SendAsync(ref request, flush, Reply.Ignored, default, default).AsTask();
        foreach (FakeNode node in (FakeNode[])[cluster.Left, cluster.Right, cluster.Heir])
        {
            FakeRequest sent = (await node.TakeAsync(1))[0];
            Assert.Equal("SCRIPT FLUSH", sent.Text);
            Assert.False(call.IsCompleted);
            sent.Answer("+OK\r\n");
        }

        await call.InTime();
    }

    [Fact]
    public async Task Node_without_slots_is_asked_whether_it_works_and_let_go_a_second_later()
    {
        await using FakeCluster cluster = await StartAsync();
        Task<string> call = GetAsync(cluster);
        (await cluster.Left.TakeAsync(1))[0].Answer("+v\r\n");
        await call.InTime();
        Task<string> other = GetAsync(cluster, "a");
        (await cluster.Right.TakeAsync(1))[0].Answer("+v\r\n");
        await other.InTime();
        cluster.LeavesTopologyToTest = true;
        (long left, long right) = (Of(cluster, "left")!.Commands, Of(cluster, "right")!.Commands);
        Task reading = cluster.Client.RefreshTopologyAsync();
        await Wait.UntilAsync(() => cluster.Left.HasMore || cluster.Right.HasMore, "the question for the topology");
        bool isLeftAsked = cluster.Left.HasMore;
        FakeRequest question = (await (isLeftAsked ? cluster.Left : cluster.Right).TakeAsync(1))[0];
        cluster.GiveAllToRight();
        question.Answer(cluster.Topology);
        await reading.InTime();
        await Wait.UntilAsync(() => Of(cluster, "left")!.Replies == left + (isLeftAsked ? 2 : 1), "the answer of the node that has lost its slots");
        Assert.Equal(right + (isLeftAsked ? 0 : 1), Of(cluster, "right")!.Commands);

        Advance(cluster, milliseconds: 1_000);
        Assert.True(Of(cluster, "left")!.IsConnected);
        Advance(cluster, milliseconds: 300);
        await Wait.UntilAsync(() => !Of(cluster, "left")!.IsConnected, "the connection to be closed");
        Assert.True(Of(cluster, "right")!.IsConnected);
    }

    [Fact]
    public async Task Call_that_waits_for_a_node_that_cannot_be_reached_goes_to_the_new_owner_after_a_reading()
    {
        bool isDown = false;
        await using FakeCluster cluster = await StartAsync(
            dialling: (endpoint, cancellationToken) => Volatile.Read(ref isDown) && endpoint.Host == "left" ? Task.Delay(Timeout.Infinite, cancellationToken) : Task.CompletedTask);
        Task<string> first = GetAsync(cluster);
        FakeRequest sent = (await cluster.Left.TakeAsync(1))[0];
        cluster.GiveAllToRight();
        Volatile.Write(ref isDown, true);
        sent.Break();
        (await cluster.TakeInTimeAsync(cluster.Right, 1))[0].Answer("+v\r\n");
        Assert.Equal("v", await first.InTime());
    }

    [Fact]
    public async Task Disposal_ends_a_call_that_waits_for_an_owner_and_one_in_flight()
    {
        FakeCluster cluster = await StartAsync();
        cluster.LeaveToNobody();
        await ReadAsync(cluster);
        cluster.LeavesTopologyToTest = true;
        Task<string> waiting = GetAsync(cluster);
        Task<string> sent = GetAsync(cluster, "a");
        await cluster.DisposeAsync().InTime();
        Assert.True((await Assert.ThrowsAsync<RedisConnectionException>(() => waiting.InTime())).IsFinal);
        Assert.True((await Assert.ThrowsAsync<RedisConnectionException>(() => sent.InTime())).IsFinal);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => GetAsync(cluster).InTime());
    }

    private static void Advance(FakeCluster cluster, int milliseconds)
    {
        for (int passed = 0; passed < milliseconds; passed += 20)
        {
            cluster.Time.Advance(TimeSpan.FromMilliseconds(20));
        }
    }

    // Leaves the refresher at rest, so that it meets the next need at once.
    private static async Task ReadAsync(FakeCluster cluster)
    {
        int timers = cluster.Time.PendingOnce;
        await cluster.Client.RefreshTopologyAsync().InTime();
        await Wait.UntilAsync(() => cluster.Time.PendingOnce > timers, "the pause after the reading");
        cluster.Time.Advance(TimeSpan.FromSeconds(1));
        await Wait.UntilAsync(() => cluster.Time.PendingOnce == timers, "the end of the pause");
    }

    private static RedisConnectionStatistics? Of(FakeCluster cluster, string host) =>
        cluster.Client.GetConnectionStatistics().SingleOrDefault(node => node.Endpoint.Host == host);

    private static Task<string> GetAsync(FakeCluster cluster, string key = Key) => cluster.Client.ExecuteAsync(new RawCommand("GET").Key(key), Reply.String).AsTask();

    private static Task<string> EvalAsync(FakeCluster cluster, string key) =>
        cluster.Client.ExecuteAsync(new RawCommand("EVAL", "return 1", "1").Key(key), Reply.String).AsTask();

    private Task<FakeCluster> StartAsync(
        Func<RedisOptions, RedisOptions>? configure = null, Func<RedisEndpoint, CancellationToken, Task>? dialling = null, bool hasHeir = false) => FakeCluster.StartAsync(
        configure: options => (configure ?? (same => same))(options with { TopologyRefreshInterval = null, RequireFullCoverage = false }),
        dialling: (endpoint, cancellationToken) =>
        {
            _dialled.Add(endpoint.Host);
            return dialling?.Invoke(endpoint, cancellationToken) ?? Task.CompletedTask;
        },
        hasHeir: hasHeir);
}
