using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>Pipelines and transactions whose slot has no owner wait as single calls do.</summary>
public class NoOwnerTests
{
    // Of a slot that has no owner here.
    private const string Key = "b";

    [Fact]
    public async Task Pipeline_and_transaction_are_refused_if_as_many_calls_wait_for_an_owner_as_may()
    {
        await using FakeCluster cluster = await StartAsync(maxWaitingCommands: 1);
        Task<string> waiting = GetAsync(cluster);
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Get(Key);
        Task<PipelineReplies> piped = pipeline.ExecuteAsync(deadline: Deadline.None).AsTask();
        RedisPipelineException error = await Assert.ThrowsAsync<RedisPipelineException>(() => piped.InTime());
        Assert.IsType<RedisQueueFullException>(error.InnerException);
        using TestPipeline transaction = cluster.CreatePipeline();
        transaction.Get(Key);
        RedisQueueFullException refusal = await Assert.ThrowsAsync<RedisQueueFullException>(
            () => transaction.ExecuteTransactionAsync(deadline: Deadline.None).InTime());
        Assert.Equal("EXEC", refusal.Command);
        Assert.False(refusal.MayHaveExecuted);
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task Pipeline_counts_against_the_calls_that_may_wait_until_it_was_sent()
    {
        await using FakeCluster cluster = await StartAsync(maxWaitingCommands: 1);
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<string?> own = pipeline.Get(Key);
        Task<PipelineReplies> piped = pipeline.ExecuteAsync(deadline: Deadline.None).AsTask();
        await Assert.ThrowsAsync<RedisQueueFullException>(() => GetAsync(cluster).InTime());
        await GiveAllToRightAsync(cluster);
        (await cluster.TakeInTimeAsync(cluster.Right, 1))[0].Answer("+B\r\n");
        Assert.Equal("B", (await piped.InTime()).Get(own));
        cluster.LeaveToNobody();
        await cluster.RunUntilAsync(cluster.Client.RefreshTopologyAsync(default));
        Task<string> waiting = GetAsync(cluster);
        cluster.Time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task Pipeline_and_transaction_go_on_as_soon_as_the_topology_was_read_and_in_their_order()
    {
        await using FakeCluster cluster = await StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Set(Key, "1");
        Task<PipelineReplies> piped = pipeline.ExecuteAsync(deadline: Deadline.None).AsTask();
        Task single = cluster.Client.ExecuteAsync(new RawCommand("SET").Key(Key).Argument("2"), Reply.String).AsTask();
        using TestPipeline transaction = cluster.CreatePipeline();
        transaction.Set(Key, "3");
        Task<PipelineReplies> executed = transaction.ExecuteTransactionAsync(deadline: Deadline.None).AsTask();
        await GiveAllToRightAsync(cluster);

        // The clock stands still from here on: nobody waits for a quarter of a second.
        FakeRequest[] sent = await cluster.Right.TakeAsync(5);
        Assert.Equal([$"SET {Key} 1", $"SET {Key} 2", "MULTI", $"SET {Key} 3", "EXEC"], sent.Select(request => request.Text));
        string[] answers = ["+OK\r\n", "+OK\r\n", "+OK\r\n", "+QUEUED\r\n", "*1\r\n+OK\r\n"];
        foreach ((FakeRequest request, string answer) in sent.Zip(answers))
        {
            request.Answer(answer);
        }

        await Task.WhenAll(piped, single, executed).InTime();
    }

    [Fact]
    public async Task Cancellation_ends_the_wait_for_an_owner()
    {
        await using FakeCluster cluster = await StartAsync();
        using var cancellation = new CancellationTokenSource();
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Get(Key);
        using TestPipeline transaction = cluster.CreatePipeline();
        transaction.Get(Key);
        Task<PipelineReplies> piped = pipeline.ExecuteAsync(deadline: Deadline.None, cancellationToken: cancellation.Token).AsTask();
        Task<PipelineReplies> executed = transaction.ExecuteTransactionAsync(deadline: Deadline.None, cancellationToken: cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => piped.InTime());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => executed.InTime());
    }

    // Nobody has the slots of node left, and the topology is not read again before the test answers: a reading lets those that wait go on for a moment.
    private static async Task<FakeCluster> StartAsync(int maxWaitingCommands = 100)
    {
        FakeCluster cluster = await FakeCluster.StartAsync(
            configure: options => options with { RequireFullCoverage = false, MaxWaitingCommands = maxWaitingCommands, TopologyRefreshInterval = null });
        cluster.LeaveToNobody();
        await cluster.RunUntilAsync(cluster.Client.RefreshTopologyAsync(default));
        cluster.LeavesTopologyToTest = true;
        return cluster;
    }

    private static async Task GiveAllToRightAsync(FakeCluster cluster)
    {
        FakeRequest question = (await cluster.TakeInTimeAsync(cluster.Right, 1))[0];
        Assert.Equal("CLUSTER SLOTS", question.Text);
        cluster.GiveAllToRight();
        cluster.LeavesTopologyToTest = false;
        question.Answer(cluster.Topology);
    }

    private static Task<string> GetAsync(FakeCluster cluster) => cluster.Client.ExecuteAsync(new RawCommand("GET").Key(Key), Reply.String).AsTask();
}
