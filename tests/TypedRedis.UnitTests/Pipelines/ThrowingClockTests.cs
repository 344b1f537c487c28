using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>A clock is code of the user's too: one that throws must not leave anybody waiting for ever.</summary>
public class ThrowingClockTests
{
    private const string TryAgain = "-TRYAGAIN Multiple keys request during rehashing of slot\r\n";

    [Fact]
    public async Task Pipeline_whose_clock_makes_no_timers_any_more_is_sent_again_all_the_same()
    {
        var time = new TimeWithoutTimers();
        (RedisServer client, MemoryTransport server) = await OneServer.ConnectAsync(new Clock(time));
        await using RedisServer disposing = client;
        using var pipeline = new TestPipeline(client);
        Deferred<string?> get = pipeline.Get("a");
        time.IsBroken = true;
        Task<PipelineReplies> call = pipeline.ExecuteAsync().AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply(TryAgain);
        Assert.Equal(["GET a"], await server.ReadCommandsAsync(1));
        server.Reply("+A\r\n");
        Assert.Equal("A", (await call.InTime()).Get(get));
    }

    [Fact]
    public async Task Transaction_whose_clock_makes_no_timers_any_more_is_sent_again_all_the_same()
    {
        var time = new TimeWithoutTimers();
        (RedisServer client, MemoryTransport server) = await OneServer.ConnectAsync(new Clock(time));
        await using RedisServer disposing = client;
        using var pipeline = new TestPipeline(client);
        Deferred<string?> get = pipeline.Get("a");
        time.IsBroken = true;
        Task<PipelineReplies> call = pipeline.ExecuteTransactionAsync().AsTask();
        await server.ReadCommandsAsync(3);
        server.Reply("+OK\r\n" + TryAgain + "-EXECABORT Transaction discarded because of previous errors.\r\n");
        Assert.Equal(["MULTI", "GET a", "EXEC"], await server.ReadCommandsAsync(3));
        server.Reply("+OK\r\n+QUEUED\r\n*1\r\n+A\r\n");
        Assert.Equal("A", (await call.InTime()).Get(get));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Call_ends_though_the_clocks_timer_throws_as_it_begins_to_wait_for_an_owner(bool isTransaction)
    {
        var time = new TimeWithBrokenTimers();
        await using FakeCluster cluster = await FakeCluster.StartAsync(
            configure: options => options with { RequireFullCoverage = false, TopologyRefreshInterval = null, TimeProvider = time });
        cluster.LeaveToNobody();
        Task refresh = cluster.Client.RefreshTopologyAsync(default);
        await Wait.UntilAsync(
            () =>
            {
                time.Inner.Advance(TimeSpan.FromMilliseconds(100));
                return refresh.IsCompleted;
            },
            "the reading of the topology");
        cluster.LeavesTopologyToTest = true;
        using TestPipeline pipeline = cluster.CreatePipeline();
        // Of a slot that has no owner here.
        pipeline.Get("b");
        time.IsBroken = true;
        Deadline deadline = Deadline.After(TimeSpan.FromSeconds(1));
        Task call = isTransaction
            ? pipeline.ExecuteTransactionAsync(deadline: deadline).AsTask()
            : pipeline.ExecuteAsync(deadline: deadline).AsTask();
        time.IsBroken = false;
        RedisException error = await Assert.ThrowsAnyAsync<RedisException>(() => call.InTime());
        Exception thrown = error is RedisPipelineException ? error.InnerException!.InnerException! : error.InnerException!;
        Assert.Equal("thrown by a timer", Assert.IsType<InvalidOperationException>(thrown).Message);
    }

    [Fact]
    public async Task Function_that_may_have_written_says_so_though_a_timer_throws_as_it_waits_for_an_owner()
    {
        var time = new TimeWithBrokenTimers();
        await using FakeCluster cluster = await FakeCluster.StartAsync(
            configure: options => options with { RequireFullCoverage = false, TopologyRefreshInterval = null, TimeProvider = time });
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<long> call = pipeline.Call("b");
        Task<PipelineReplies> execution = pipeline.ExecuteAsync(throwOnError: false).AsTask();
        FakeRequest[] sent = await cluster.Left.TakeAsync(2);
        sent[0].Answer("+lib\r\n");
        sent[1].Answer(TryAgain);
        cluster.LeaveToNobody();
        // Node left answers it behind the function, which waits to be sent again meanwhile: the clock stands still.
        await cluster.Client.RefreshTopologyAsync(default).InTime();
        time.IsBroken = true;
        await Wait.UntilAsync(
            () =>
            {
                time.Inner.Advance(TimeSpan.FromMilliseconds(10));
                return execution.IsCompleted;
            },
            "the end of the pipeline");
        RedisException error = (await execution).ErrorOf(call)!;
        Assert.Equal("thrown by a timer", Assert.IsType<InvalidOperationException>(error.InnerException).Message);
        Assert.True(error.MayHaveExecuted);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("BLPOP")]
    public async Task Single_call_that_begins_to_wait_for_an_owner_throws_at_no_caller_and_ends_though_the_clocks_timer_throws(string command)
    {
        var time = new TimeWithBrokenTimers();
        await using FakeCluster cluster = await FakeCluster.StartAsync(
            configure: options => options with { RequireFullCoverage = false, TopologyRefreshInterval = null, TimeProvider = time });
        cluster.LeaveToNobody();
        Task refresh = cluster.Client.RefreshTopologyAsync(default);
        await Wait.UntilAsync(
            () =>
            {
                time.Inner.Advance(TimeSpan.FromMilliseconds(100));
                return refresh.IsCompleted;
            },
            "the reading of the topology");
        RawCommand raw = new RawCommand(command).Key("b");
        raw = command == "BLPOP" ? raw.Argument(0).Blocking() : raw;
        time.IsBroken = true;
        ValueTask<RespValue> call = cluster.Client.ExecuteAsync(raw, Reply.Value);
        time.IsBroken = false;
        RedisException error = await Assert.ThrowsAnyAsync<RedisException>(() => call.InTime());
        Assert.Equal("thrown by a timer", Assert.IsType<InvalidOperationException>(error.InnerException).Message);
        Assert.False(error.MayHaveExecuted);
    }

    [Fact]
    public async Task Calls_go_on_though_the_clock_makes_no_timers_while_their_connections_are_made()
    {
        var time = new TimeWithoutTimers();
        await using NodeClient client = NodeClient.Create(settings => settings with { Clock = new Clock(time), ConnectTimeout = TimeSpan.FromMinutes(1) });
        time.IsBroken = true;
        Task<string?> call = client.GetAsync("a").AsTask();
        MemoryTransport shared = await client.Network.AcceptAsync();
        await shared.AcceptHandshakeAsync();
        Assert.Equal(["GET a"], await shared.ReadCommandsAsync(1));
        shared.Reply("+A\r\n");
        Assert.Equal("A", await call.InTime());
        Task<string[]> blocked = client.BlockAsync("q").AsTask();
        MemoryTransport own = await client.Network.AcceptAsync();
        await own.AcceptHandshakeAsync();
        Assert.Equal(["BLPOP q 0"], await own.ReadCommandsAsync(1));
        own.Reply("*0\r\n");
        Assert.Empty(await blocked.InTime());
    }

    private sealed class TimeWithoutTimers : TimeProvider
    {
        public bool IsBroken { get; set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            IsBroken ? throw new InvalidOperationException("thrown by a clock") : base.CreateTimer(callback, state, dueTime, period);
    }

    private sealed class TimeWithBrokenTimers : TimeProvider
    {
        public ManualTimeProvider Inner { get; } = new();

        public bool IsBroken { get; set; }

        public override long TimestampFrequency => Inner.TimestampFrequency;

        public override long GetTimestamp() => Inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(this, Inner.CreateTimer(callback, state, dueTime, period));

        private sealed class Timer(TimeWithBrokenTimers time, ITimer inner) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) =>
                time.IsBroken ? throw new InvalidOperationException("thrown by a timer") : inner.Change(dueTime, period);

            public void Dispose() => inner.Dispose();

            public ValueTask DisposeAsync() => inner.DisposeAsync();
        }
    }
}
