using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>What is said of a transaction that was put together by hand on a watch, when its connection is lost.</summary>
public class WatchLossTests
{
    [Fact]
    public async Task Exec_that_may_have_reached_the_server_has_an_unknown_outcome()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        ValueTask<RedisWatch> starting = RedisWatch.StartAsync(cluster.Client, ["b"]);
        (await cluster.Left.TakeAsync(1))[0].Answer("+OK\r\n");
        await using RedisWatch watch = await starting.AsTask().InTime();
        Task<RespValue> multi = watch.ExecuteAsync(new RawCommand("MULTI")).AsTask();
        (await cluster.Left.TakeAsync(1))[0].Answer("+OK\r\n");
        await multi.InTime();
        Task<RespValue> queued = watch.ExecuteAsync(new RawCommand("INCR").Key("b")).AsTask();
        (await cluster.Left.TakeAsync(1))[0].Answer("+QUEUED\r\n");
        await queued.InTime();
        Task<RespValue> exec = watch.ExecuteAsync(new RawCommand("exec")).AsTask();
        (await cluster.Left.TakeAsync(1))[0].Break();
        var failure = await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => exec.InTime());
        Assert.True(failure.MayHaveExecuted);
    }
}
