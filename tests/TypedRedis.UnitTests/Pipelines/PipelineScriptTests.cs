using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>Scripts in pipelines: when they are loaded, when their text is sent, and errors that end a command alone.</summary>
public class PipelineScriptTests
{
    private const string Load = "SCRIPT LOAD return 1";
    private const string ByDigest = "EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 1 b";
    private const string InFull = "EVAL return 1 1 b";
    private const string Unknown = "-NOSCRIPT No matching script. Please use EVAL.\r\n";

    [Fact]
    public async Task Script_that_the_server_has_forgotten_is_sent_in_full_and_known_from_then_on()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<long> run = pipeline.Script("b");
        Task<PipelineReplies> call = Execute(pipeline);
        await AnswerAsync(cluster, (Load, "+e0e1\r\n"), (ByDigest, Unknown));
        await AnswerAsync(cluster, (InFull, ":1\r\n"));
        Assert.Equal(1, (await call.InTime()).Get(run));

        run = pipeline.Script("b");
        call = Execute(pipeline);
        await AnswerAsync(cluster, (ByDigest, ":2\r\n"));
        Assert.Equal(2, (await call.InTime()).Get(run));
    }

    [Fact]
    public async Task Script_that_says_of_itself_that_it_is_unknown_is_not_sent_a_third_time()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<long> run = pipeline.Script("b");
        Task<PipelineReplies> call = Execute(pipeline);
        await AnswerAsync(cluster, (Load, "+e0e1\r\n"), (ByDigest, Unknown));
        await AnswerAsync(cluster, (InFull, Unknown));
        var error = Assert.IsType<RedisServerException>((await call.InTime()).ErrorOf(run));
        Assert.Equal(("NOSCRIPT", 2), (error.Code, error.Attempts));
        Assert.False(cluster.Left.HasMore);
    }

    [Fact]
    public async Task User_who_may_not_load_scripts_sends_their_text()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Script("b");
        Task<PipelineReplies> call = Execute(pipeline);
        await AnswerAsync(cluster, (Load, "-NOPERM this user has no permissions to run the 'script|load' command\r\n"), (ByDigest, ":1\r\n"));
        await call.InTime();
        Deferred<long> run = pipeline.Script("b");
        call = Execute(pipeline);
        await AnswerAsync(cluster, (InFull, ":2\r\n"));
        Assert.Equal(2, (await call.InTime()).Get(run));
    }

    [Fact]
    public async Task Script_of_a_transaction_is_sent_in_full()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<long> run = pipeline.Script("b");
        Task<PipelineReplies> call = pipeline.ExecuteTransactionAsync(deadline: Deadline.None).AsTask();
        await AnswerAsync(cluster, ("MULTI", "+OK\r\n"), (InFull, "+QUEUED\r\n"), ("EXEC", "*1\r\n:1\r\n"));
        Assert.Equal(1, (await call.InTime()).Get(run));
    }

    [Fact]
    public async Task Command_that_is_redirected_without_end_fails_alone()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<string?> read = pipeline.Get("c");
        Deferred<long> moved = pipeline.Incr("b");
        Task<PipelineReplies> call = Execute(pipeline);
        (await cluster.Left.TakeAsync(1))[0].Answer("+v\r\n");
        _ = MoveAllAsync(cluster.Left, "right");
        _ = MoveAllAsync(cluster.Right, "left");
        await cluster.RunUntilAsync(call);
        PipelineReplies replies = await call;
        Assert.Equal(17, Assert.IsType<RedisRedirectLimitException>(replies.ErrorOf(moved)).Redirects.Count);
        Assert.Equal("v", replies.Get(read));
    }

    [Fact]
    public async Task Translation_of_an_address_that_throws_fails_the_redirected_command_alone()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync(
            configure: options => options with { AddressRemap = endpoint => endpoint.Host == "bad" ? throw new FormatException("secret") : endpoint });
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<long> moved = pipeline.Incr("b");
        Deferred<string?> read = pipeline.Get("b");
        Task<PipelineReplies> call = Execute(pipeline);
        await AnswerAsync(cluster, ("INCR b", "-MOVED 3300 bad:7000\r\n"), ("GET b", "+v\r\n"));
        PipelineReplies replies = await call.InTime();
        RedisException error = replies.ErrorOf(moved)!;
        Assert.IsType<FormatException>(error.InnerException);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.Equal(("INCR", new RedisEndpoint("left", 7000)), (error.Command, error.Endpoint));
        Assert.Equal("v", replies.Get(read));
    }

    private static async Task AnswerAsync(FakeCluster cluster, params (string Command, string Answer)[] expected)
    {
        FakeRequest[] sent = await cluster.Left.TakeAsync(expected.Length);
        Assert.Equal(expected.Select(pair => pair.Command), sent.Select(request => request.Text));
        foreach ((FakeRequest request, (_, string answer)) in sent.Zip(expected))
        {
            request.Answer(answer);
        }
    }

    private static async Task MoveAllAsync(FakeNode node, string other)
    {
        while (true)
        {
            (await node.TakeAsync(1))[0].Answer($"-MOVED 3300 {other}:7000\r\n");
        }
    }

    private static Task<PipelineReplies> Execute(TestPipeline pipeline) => pipeline.ExecuteAsync(throwOnError: false, Deadline.None).AsTask();
}
