using TypedRedis.Connections;
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

    private sealed class TimeWithoutTimers : TimeProvider
    {
        public bool IsBroken { get; set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            IsBroken ? throw new InvalidOperationException("thrown by a clock") : base.CreateTimer(callback, state, dueTime, period);
    }
}
