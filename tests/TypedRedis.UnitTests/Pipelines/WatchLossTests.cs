using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>What is said of a transaction on a watch, when its connection is lost.</summary>
public class WatchLossTests
{
    [Fact]
    public async Task Exec_that_may_have_reached_the_server_has_an_unknown_outcome()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        ValueTask<RedisWatch> starting = RedisWatch.StartAsync(cluster.Client, ["b"]);
        (await cluster.Left.TakeAsync(1))[0].Answer("+OK\r\n");
        await using RedisWatch watch = await starting.AsTask().InTime();
        using var transaction = new TestPipeline(watch);
        transaction.Incr("b");
        Task<PipelineReplies> exec = transaction.ExecuteTransactionAsync().AsTask();
        FakeRequest[] sent = await cluster.Left.TakeAsync(3);
        sent[0].Answer("+OK\r\n");
        sent[1].Answer("+QUEUED\r\n");
        sent[2].Break();
        var failure = await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => exec.InTime());
        Assert.True(failure.MayHaveExecuted);
    }
}
