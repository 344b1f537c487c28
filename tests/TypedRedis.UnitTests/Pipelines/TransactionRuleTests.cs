using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>What a transaction makes of answers to MULTI, to its commands and to EXEC, above all of those that no server gives that keeps to the rules.</summary>
public class TransactionRuleTests
{
    // Of node left.
    private const string Key = "b";
    private const string Discarded = "-EXECABORT Transaction discarded because of previous errors.\r\n";

    private int _dials;

    [Fact]
    public async Task Refused_multi_leaves_open_what_was_executed_and_ends_the_connection()
    {
        await using FakeCluster cluster = await StartAsync();
        Task<PipelineReplies> call = SetTwice(cluster);
        Answer(await cluster.Left.TakeAsync(4), "-NOPERM this user has no permissions to run the 'multi' command\r\n", "+OK\r\n", "+OK\r\n", "-ERR EXEC without MULTI\r\n");
        var failure = await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => call.InTime());
        Assert.Contains("answered MULTI in a transaction with the error NOPERM, so it may have executed the commands one by one", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, failure.Attempts);
        await AssertReconnectsAsync(cluster);
    }

    [Fact]
    public async Task Server_that_has_refused_multi_is_asked_for_it_before_the_next_transaction()
    {
        await using FakeCluster cluster = await StartAsync();
        await HaveMultiRefusedAsync(cluster);
        Task<PipelineReplies> refused = SetTwice(cluster);
        FakeRequest[] probe = await cluster.Left.TakeAsync(2);
        Assert.Equal(["MULTI", "EXEC"], probe.Select(request => request.Text));
        Answer(probe, "-NOPERM no\r\n", "-ERR EXEC without MULTI\r\n");
        var failure = await Assert.ThrowsAsync<RedisServerException>(() => refused.InTime());
        Assert.Equal(("NOPERM", "MULTI", new RedisEndpoint("left", 7000)), (failure.Code, failure.Command, failure.Endpoint));
        Assert.False(failure.MayHaveExecuted);
        Assert.False(cluster.Left.HasMore);

        // It takes it by now, and is not asked any more.
        Task<PipelineReplies> executed = SetTwice(cluster);
        Answer(await cluster.Left.TakeAsync(2), "+OK\r\n", "*0\r\n");
        await ExecuteAsync(cluster, executed);
        await ExecuteAsync(cluster, SetTwice(cluster));
    }

    [Fact]
    public async Task Server_that_takes_multi_and_refuses_exec_when_it_is_asked_loses_the_connection()
    {
        await using FakeCluster cluster = await StartAsync();
        await HaveMultiRefusedAsync(cluster);
        Task<PipelineReplies> call = SetTwice(cluster);
        Answer(await cluster.Left.TakeAsync(2), "+OK\r\n", "-NOPERM no\r\n");
        var failure = await Assert.ThrowsAsync<RedisConnectionException>(() => call.InTime());
        Assert.Contains("has taken MULTI and refuses EXEC", failure.Message, StringComparison.Ordinal);
        await AssertReconnectsAsync(cluster, dials: 3);
    }

    [Fact]
    public async Task Cancellation_ends_the_question_for_multi()
    {
        await using FakeCluster cluster = await StartAsync();
        await HaveMultiRefusedAsync(cluster);
        using var cancellation = new CancellationTokenSource();
        Task<PipelineReplies> call = SetTwice(cluster, cancellation.Token);
        FakeRequest[] probe = await cluster.Left.TakeAsync(2);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
        Answer(probe, "+OK\r\n", "*0\r\n");
        Task<string> beside = GetAsync(cluster);
        Answer(await cluster.Left.TakeAsync(1), "+v\r\n");
        Assert.Equal("v", await beside.InTime());
    }

    [Theory]
    [InlineData("+OK\r\n", "SET in a transaction with something else than it must, so it is not part of a transaction")]
    [InlineData("$6\r\nQUEUED\r\n", "SET in a transaction with something else than it must")]
    [InlineData(":1\r\n", "SET in a transaction with something else than it must")]
    public async Task Command_that_is_answered_and_not_queued_leaves_open_what_was_executed(string answer, string message)
    {
        await using FakeCluster cluster = await StartAsync();
        Task<PipelineReplies> call = SetTwice(cluster);
        Answer(await cluster.Left.TakeAsync(4), "+OK\r\n", "+QUEUED\r\n", answer, "*2\r\n+OK\r\n+OK\r\n");
        await AssertUnknownAsync(cluster, call, message);
    }

    [Theory]
    [InlineData("-NOPERM no\r\n", "EXEC in a transaction with the error NOPERM, so the transaction may still be open")]
    [InlineData("-ERR EXEC without MULTI\r\n", "EXEC in a transaction with the error ERR")]
    [InlineData("*1\r\n+OK\r\n", "EXEC in a transaction with something else than it must, so its 1 results for 2 commands mean something else")]
    [InlineData("*3\r\n+OK\r\n+OK\r\n+OK\r\n", "so its 3 results for 2 commands mean something else")]
    public async Task Exec_that_is_answered_by_something_else_than_the_results_leaves_open_what_was_executed(string answer, string message)
    {
        await using FakeCluster cluster = await StartAsync();
        Task<PipelineReplies> call = SetTwice(cluster);
        Answer(await cluster.Left.TakeAsync(4), "+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", answer);
        await AssertUnknownAsync(cluster, call, message);
    }

    [Theory]
    [InlineData("-EXECABORT Transaction discarded because of: no\r\n")]
    [InlineData("-CROSSSLOT Keys in request don't hash to the same slot\r\n")]
    public async Task Exec_that_discards_the_transaction_fails_its_commands_and_keeps_the_connection(string answer)
    {
        await using FakeCluster cluster = await StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred set = pipeline.Set(Key, "1");
        Deferred<string?> get = pipeline.Get(Key);
        Task<PipelineReplies> call = pipeline.ExecuteTransactionAsync(throwOnError: false, deadline: Deadline.None).AsTask();
        FakeRequest[] sent = await cluster.Left.TakeAsync(4);
        Task<string> beside = GetAsync(cluster);
        FakeRequest behind = (await cluster.Left.TakeAsync(1))[0];
        Answer(sent, "+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", answer);
        PipelineReplies replies = await call.InTime();
        string code = answer[1..answer.IndexOf(' ', StringComparison.Ordinal)];
        Assert.Equal([code, code], new[] { replies.ErrorOf(set), replies.ErrorOf(get) }.Select(error => Assert.IsType<RedisServerException>(error).Code));
        Assert.Equal(new RedisEndpoint("left", 7000), replies.ErrorOf(set)!.Endpoint);
        behind.Answer("+v\r\n");
        Assert.Equal("v", await beside.InTime());
    }

    [Theory]
    [InlineData("-MOVED 3300 right:7000\r\n", false)]
    [InlineData("-ASK 3300 right:7000\r\n", true)]
    public async Task Exec_that_is_redirected_has_the_whole_transaction_sent_there(string answer, bool asking)
    {
        await using FakeCluster cluster = await StartAsync();
        Task<PipelineReplies> call = SetTwice(cluster);
        Answer(await cluster.Left.TakeAsync(4), "+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", answer);
        if (asking)
        {
            FakeRequest[] question = await cluster.Right.TakeAsync(1);
            Assert.Equal("ASKING", question[0].Text);
            Answer(question, "+OK\r\n");
        }

        FakeRequest[] sent = await cluster.Right.TakeAsync(4);
        Assert.Equal(["MULTI", "SET b 1", "SET b 2", "EXEC"], sent.Select(request => request.Text));
        Answer(sent, "+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", "*2\r\n+OK\r\n+OK\r\n");
        await call.InTime();
        Assert.False(cluster.Left.HasMore);
    }

    [Theory]
    [InlineData("-TRYAGAIN Multiple keys request during rehashing of slot\r\n")]
    [InlineData("-CLUSTERDOWN The cluster is down\r\n")]
    public async Task Exec_that_a_server_cannot_carry_out_at_the_moment_is_sent_again_with_all_after_a_pause(string answer)
    {
        await using FakeCluster cluster = await StartAsync();
        Task<PipelineReplies> call = SetTwice(cluster);
        Answer(await cluster.Left.TakeAsync(4), "+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", answer);
        TimeSpan pause = TimeSpan.FromMilliseconds(10);
        await Wait.UntilAsync(() => cluster.Time.IsDueOnce(pause), "the pause to begin");
        Assert.False(cluster.Left.HasMore);
        cluster.Time.Advance(pause);
        await ExecuteAsync(cluster, call);
    }

    [Fact]
    public async Task First_command_that_is_not_queued_says_what_becomes_of_the_transaction()
    {
        await using FakeCluster cluster = await StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred first = pipeline.Set(Key, "1");
        Deferred second = pipeline.Set(Key, "2");
        Deferred third = pipeline.Set(Key, "3");
        Task<PipelineReplies> call = pipeline.ExecuteTransactionAsync(throwOnError: true, deadline: Deadline.None).AsTask();
        Answer(await cluster.Left.TakeAsync(5), "+OK\r\n", "+QUEUED\r\n", "-OOM command not allowed\r\n", "-NOPERM no\r\n", Discarded);
        var failure = await Assert.ThrowsAsync<RedisPipelineException>(() => call.InTime());
        Assert.Equal("OOM", Assert.IsType<RedisServerException>(failure.InnerException).Code);

        call = Again(pipeline);
        Answer(await cluster.Left.TakeAsync(5), "+OK\r\n", "+QUEUED\r\n", "-OOM command not allowed\r\n", "-NOPERM no\r\n", Discarded);
        PipelineReplies replies = await call.InTime();
        Assert.Equal(["EXECABORT", "OOM", "NOPERM"], new[] { first, second, third }.Select(item => Assert.IsType<RedisServerException>(replies.ErrorOf(item)).Code));

        Task<PipelineReplies> Again(TestPipeline same)
        {
            first = same.Set(Key, "1");
            second = same.Set(Key, "2");
            third = same.Set(Key, "3");
            return same.ExecuteTransactionAsync(throwOnError: false, deadline: Deadline.None).AsTask();
        }
    }

    [Fact]
    public async Task Result_that_cannot_be_read_leaves_the_others_in_place()
    {
        await using FakeCluster cluster = await StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<long> wrong = pipeline.Incr(Key);
        Deferred<long> refused = pipeline.Incr(Key);
        Deferred<string?> read = pipeline.Get(Key);
        Task<PipelineReplies> call = pipeline.ExecuteTransactionAsync(throwOnError: false, deadline: Deadline.None).AsTask();
        Answer(
            await cluster.Left.TakeAsync(5), "+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", "+QUEUED\r\n",
            "*3\r\n*2\r\n*1\r\n:1\r\n:2\r\n-WRONGTYPE no\r\n+v\r\n");
        PipelineReplies replies = await call.InTime();
        Assert.IsType<RedisReplyException>(replies.ErrorOf(wrong));
        var error = Assert.IsType<RedisServerException>(replies.ErrorOf(refused));
        Assert.Equal(("WRONGTYPE", "INCR", 3300), (error.Code, error.Command, error.Slot));
        Assert.Equal(new RedisEndpoint("left", 7000), error.Endpoint);
        Assert.Equal("v", replies.Get(read));
    }

    [Fact]
    public async Task Keys_of_different_slots_are_refused_before_anything_is_sent()
    {
        await using FakeCluster cluster = await StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Set(Key, "1");
        pipeline.Incr("a");
        var failure = await Assert.ThrowsAsync<RedisCrossSlotException>(() => pipeline.ExecuteTransactionAsync(deadline: Deadline.None).AsTask().InTime());
        Assert.Equal("INCR", failure.Command);
        Assert.False(cluster.Left.HasMore || cluster.Right.HasMore);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lost_transaction_is_sent_again_only_if_all_its_commands_may_be(bool mayBeRepeated)
    {
        await using FakeCluster cluster = await StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Get(Key);
        if (!mayBeRepeated)
        {
            pipeline.Incr(Key);
        }

        pipeline.Set(Key, "1");
        Task<PipelineReplies> call = pipeline.ExecuteTransactionAsync(deadline: Deadline.None).AsTask();
        int frames = mayBeRepeated ? 4 : 5;
        (await cluster.Left.TakeAsync(frames))[0].Break();
        if (!mayBeRepeated)
        {
            var failure = await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => call.InTime());
            Assert.Equal(("EXEC", 3300), (failure.Command, failure.Slot));
            return;
        }

        Answer(await cluster.TakeInTimeAsync(cluster.Left, frames), "+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", "*2\r\n+v\r\n+OK\r\n");
        await call.InTime();
    }

    private async Task HaveMultiRefusedAsync(FakeCluster cluster)
    {
        Task<PipelineReplies> call = SetTwice(cluster);
        Answer(await cluster.Left.TakeAsync(4), "-NOPERM no\r\n", "+OK\r\n", "+OK\r\n", "-ERR EXEC without MULTI\r\n");
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => call.InTime());
        await AssertReconnectsAsync(cluster);
    }

    private async Task AssertUnknownAsync(FakeCluster cluster, Task call, string message)
    {
        var failure = await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => call.InTime());
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
        await AssertReconnectsAsync(cluster);
        // Only a refused MULTI is asked for.
        await ExecuteAsync(cluster, SetTwice(cluster));
    }

    private async Task AssertReconnectsAsync(FakeCluster cluster, int dials = 2)
    {
        Task<string> next = GetAsync(cluster);
        Answer(await cluster.TakeInTimeAsync(cluster.Left, 1), "+v\r\n");
        Assert.Equal("v", await next.InTime());
        Assert.Equal(dials, Volatile.Read(ref _dials));
    }

    private Task<FakeCluster> StartAsync() => FakeCluster.StartAsync(dialling: (endpoint, _) =>
    {
        if (endpoint.Host == "left")
        {
            Interlocked.Increment(ref _dials);
        }

        return Task.CompletedTask;
    });

    // Answers a transaction of two commands that is on its way as a server does that is well.
    private static async Task ExecuteAsync(FakeCluster cluster, Task call)
    {
        FakeRequest[] sent = await cluster.Left.TakeAsync(4);
        Assert.Equal(["MULTI", "SET b 1", "SET b 2", "EXEC"], sent.Select(request => request.Text));
        Answer(sent, "+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", "*2\r\n+OK\r\n+OK\r\n");
        await call.InTime();
    }

    private static Task<PipelineReplies> SetTwice(FakeCluster cluster, CancellationToken cancellationToken = default)
    {
        TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Set(Key, "1");
        pipeline.Set(Key, "2");
        return pipeline.ExecuteTransactionAsync(deadline: Deadline.None, cancellationToken: cancellationToken).AsTask();
    }

    private static Task<string> GetAsync(FakeCluster cluster) => cluster.Client.ExecuteAsync(new RawCommand("GET").Key(Key), Reply.String).AsTask();

    private static void Answer(FakeRequest[] requests, params string[] answers)
    {
        foreach ((FakeRequest request, string answer) in requests.Zip(answers))
        {
            request.Answer(answer);
        }
    }
}
