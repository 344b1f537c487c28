using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>What is said of a transaction that took several attempts.</summary>
public class TransactionAttemptTests
{
    // Of node left.
    private const string Key = "b";

    [Fact]
    public async Task Transaction_that_is_redirected_without_end_says_so()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Get(Key);
        Task<PipelineReplies> call = pipeline.ExecuteTransactionAsync(deadline: Deadline.None).AsTask();
        _ = MoveAllAsync(cluster.Left, "right");
        _ = MoveAllAsync(cluster.Right, "left");
        await cluster.RunUntilAsync(call);
        var failure = await Assert.ThrowsAsync<RedisRedirectLimitException>(() => call);
        Assert.Equal(17, failure.Redirects.Count);
    }

    [Fact]
    public async Task Disposal_ends_a_pipeline_and_a_transaction_whose_slot_has_no_owner()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync(configure: options => options with { RequireFullCoverage = false });
        cluster.LeaveToNobody();
        await cluster.RunUntilAsync(cluster.Client.RefreshTopologyAsync(default));
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Get(Key);
        using TestPipeline transaction = cluster.CreatePipeline();
        transaction.Get(Key);
        Task<PipelineReplies> first = pipeline.ExecuteAsync(deadline: Deadline.None).AsTask();
        Task<PipelineReplies> second = transaction.ExecuteTransactionAsync(deadline: Deadline.None).AsTask();
        await cluster.Client.DisposeAsync();
        await cluster.RunUntilAsync(Task.WhenAll(first, second));
        await Assert.ThrowsAnyAsync<RedisException>(() => first);
        await Assert.ThrowsAsync<RedisConnectionException>(() => second);
    }

    [Fact]
    public async Task Deadline_of_a_transaction_whose_slot_has_no_owner_is_kept_to_the_millisecond_of_the_clock()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync(configure: options => options with { RequireFullCoverage = false });
        cluster.LeaveToNobody();
        await cluster.RunUntilAsync(cluster.Client.RefreshTopologyAsync(default));
        using TestPipeline transaction = cluster.CreatePipeline();
        transaction.Get(Key);
        Task<PipelineReplies> call = transaction.ExecuteTransactionAsync(deadline: Deadline.After(TimeSpan.FromMilliseconds(100))).AsTask();
        cluster.Time.Advance(TimeSpan.FromMilliseconds(101));
        await Assert.ThrowsAsync<RedisTimeoutException>(() => call.InTime());
    }

    private static async Task MoveAllAsync(FakeNode node, string other)
    {
        while (true)
        {
            FakeRequest[] sent = await node.TakeAsync(3);
            sent[0].Answer("+OK\r\n");
            sent[1].Answer($"-MOVED 3300 {other}:7000\r\n");
            sent[2].Answer("-EXECABORT Transaction discarded because of previous errors.\r\n");
        }
    }
}
