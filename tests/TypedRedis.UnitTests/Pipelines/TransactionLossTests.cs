using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>What is said of a transaction that failed when an attempt before was lost and may have executed it.</summary>
public class TransactionLossTests
{
    [Fact]
    public async Task One_that_times_out_while_it_waits_may_have_been_executed()
    {
        bool isRefused = false;
        await using FakeCluster cluster = await FakeCluster.StartAsync(
            dialling: (_, _) => Volatile.Read(ref isRefused) ? Task.FromException(new IOException("Connection refused")) : Task.CompletedTask);
        using TestPipeline transaction = cluster.CreatePipeline();
        transaction.Set("b", "value");
        Task execution = transaction.ExecuteTransactionAsync(deadline: Deadline.After(TimeSpan.FromSeconds(2))).AsTask();
        FakeRequest[] frames = await cluster.Left.TakeAsync(3);
        Volatile.Write(ref isRefused, true);
        frames[0].Break();

        await cluster.RunUntilAsync(execution);
        var failure = await Assert.ThrowsAsync<RedisTimeoutException>(() => execution);
        Assert.True(failure.MayHaveExecuted);
        Assert.Equal(1, failure.Attempts);
    }

    [Theory]
    [InlineData("+QUEUED\r\n", "*1\r\n-WRONGTYPE Operation against a key holding the wrong kind of value\r\n")]
    [InlineData("-OOM command not allowed\r\n", "-EXECABORT Transaction discarded because of previous errors.\r\n")]
    public async Task Command_that_the_second_attempt_refuses_may_have_been_executed_by_the_first(string queued, string result)
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline transaction = cluster.CreatePipeline();
        Deferred set = transaction.Set("b", "value");
        Task<PipelineReplies> execution = transaction.ExecuteTransactionAsync(throwOnError: false).AsTask();
        (await cluster.Left.TakeAsync(3))[0].Break();
        FakeRequest[] again = await cluster.TakeInTimeAsync(cluster.Left, 3);
        again[0].Answer("+OK\r\n");
        again[1].Answer(queued);
        again[2].Answer(result);

        RedisException? error = (await execution.InTime()).ErrorOf(set);
        Assert.True(error is RedisServerException { MayHaveExecuted: true }, error?.ToString());
    }
}
