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

    [Fact]
    public async Task Pipeline_that_was_refused_before_anything_was_sent_has_no_attempts()
    {
        await using FakeCluster cluster = await StartAsync(maxWaitingCommands: 1);
        _ = GetAsync(cluster);
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Get(Key);
        RedisPipelineException error = await Assert.ThrowsAsync<RedisPipelineException>(() => pipeline.ExecuteAsync(deadline: Deadline.None).InTime());
        RedisQueueFullException refusal = Assert.IsType<RedisQueueFullException>(error.InnerException);
        Assert.Equal((0, 0L), (refusal.Attempts, cluster.Client.GetCallStatistics()!.Retried));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Wait_for_an_owner_is_no_attempt(bool isTransaction)
    {
        await using FakeCluster cluster = await StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Get(Key);
        Task call = isTransaction
            ? pipeline.ExecuteTransactionAsync(deadline: Deadline.None).AsTask()
            : pipeline.ExecuteAsync(deadline: Deadline.None).AsTask();
        await GiveAllToRightAsync(cluster);
        Answer(await TakeAsync(), "-TRYAGAIN Multiple keys request during rehashing of slot\r\n");
        // The pause after the first attempt; that after the second one is longer.
        TimeSpan pause = TimeSpan.FromMilliseconds(10);
        await Wait.UntilAsync(() => cluster.Time.IsDueOnce(pause), "the first pause to begin");
        cluster.Time.Advance(pause);
        Answer(await TakeAsync(), "-ERR no\r\n");
        RedisPipelineException error = await Assert.ThrowsAsync<RedisPipelineException>(() => call.InTime());
        // Errors within a transaction tell no attempts of their own.
        Assert.Equal((isTransaction ? 0 : 2, 1L), (Assert.IsType<RedisServerException>(error.InnerException).Attempts, cluster.Client.GetCallStatistics()!.Retried));

        Task<FakeRequest[]> TakeAsync() => cluster.Right.TakeAsync(isTransaction ? 3 : 1);

        void Answer(FakeRequest[] sent, string answer)
        {
            string[] answers = isTransaction ? ["+OK\r\n", answer, "-EXECABORT Transaction discarded because of previous errors.\r\n"] : [answer];
            foreach ((FakeRequest request, string own) in sent.Zip(answers))
            {
                request.Answer(own);
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Caller_that_blocks_after_its_deadline_holds_up_nobody_else_that_waits_for_an_owner(bool isTransaction)
    {
        await using FakeCluster cluster = await StartAsync();
        _ = GetAsync(cluster, "1");
        FakeRequest question = (await cluster.TakeInTimeAsync(cluster.Right, 1))[0];
        using var entered = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Get(Key);
        Deadline deadline = Deadline.After(TimeSpan.FromMilliseconds(50));
        Task blocked = isTransaction
            ? BlockAsync(pipeline.ExecuteTransactionAsync(deadline: deadline), entered, gate)
            : BlockAsync(pipeline.ExecuteAsync(deadline: deadline), entered, gate);
        _ = GetAsync(cluster, "2");
        // The deadline has passed, but nobody has looked for such calls yet: the reading of the topology comes first.
        cluster.Time.Advance(TimeSpan.FromMilliseconds(52));
        Assert.False(entered.IsSet);
        Answer(cluster, question);
        try
        {
            Assert.True(await Task.Run(() => entered.Wait(TimeSpan.FromSeconds(10))));
            FakeRequest[] sent = await cluster.Right.TakeAsync(2).WaitAsync(TimeSpan.FromSeconds(10));
            // Which of them has begun to wait anew last is not the question here.
            Assert.Equal([$"GET {Key} 1", $"GET {Key} 2"], sent.Select(request => request.Text).Order(StringComparer.Ordinal));
        }
        finally
        {
            gate.Set();
            await blocked.InTime();
        }
    }

    // Nobody has the slots of node left, and the topology is not read again before the test answers: a reading lets those that wait go on for a moment.
    private static async Task<FakeCluster> StartAsync(int maxWaitingCommands = 100)
    {
        FakeCluster cluster = await FakeCluster.StartAsync(configure: options => options with
        {
            RequireFullCoverage = false,
            MaxWaitingCommands = maxWaitingCommands,
            TopologyRefreshInterval = null,
            CountCalls = true,
        });
        cluster.LeaveToNobody();
        await cluster.RunUntilAsync(cluster.Client.RefreshTopologyAsync(default));
        cluster.LeavesTopologyToTest = true;
        return cluster;
    }

    private static async Task GiveAllToRightAsync(FakeCluster cluster)
    {
        FakeRequest question = (await cluster.TakeInTimeAsync(cluster.Right, 1))[0];
        Assert.Equal("CLUSTER SLOTS", question.Text);
        Answer(cluster, question);
    }

    private static void Answer(FakeCluster cluster, FakeRequest question)
    {
        cluster.GiveAllToRight();
        cluster.LeavesTopologyToTest = false;
        question.Answer(cluster.Topology);
    }

    private static async Task BlockAsync(ValueTask<PipelineReplies> call, ManualResetEventSlim entered, ManualResetEventSlim gate)
    {
        try
        {
            await call.ConfigureAwait(false);
        }
        catch (RedisException)
        {
            // How it ends is not the question here.
        }

        entered.Set();
        gate.Wait();
    }

    private static Task<string> GetAsync(FakeCluster cluster) => cluster.Client.ExecuteAsync(new RawCommand("GET").Key(Key), Reply.String).AsTask();

    private static Task<string> GetAsync(FakeCluster cluster, string more) =>
        cluster.Client.ExecuteAsync(new RawCommand("GET").Key(Key).Argument(more), Reply.String).AsTask();
}
