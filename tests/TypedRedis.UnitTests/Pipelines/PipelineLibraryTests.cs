using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>Functions in pipelines: when and how their library is loaded.</summary>
public class PipelineLibraryTests
{
    private const string Load = "FUNCTION LOAD #!lua name=lib";
    private const string Replace = "FUNCTION LOAD REPLACE #!lua name=lib";
    private const string Unknown = "-ERR Function not found\r\n";

    [Fact]
    public async Task Library_goes_before_the_first_function_on_a_connection_and_only_then()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<string?> read = pipeline.Get("b");
        Deferred<long> first = pipeline.Call("b");
        Deferred<long> second = pipeline.Call("c");
        Deferred<long> beside = pipeline.Call("a");
        Task<PipelineReplies> execution = Execute(pipeline);
        AnswerAll(await cluster.Left.TakeAsync(4), ["GET b", Load, "FCALL f 1 b", "FCALL f 1 c"], ["+v\r\n", "-ERR Library 'lib' already exists\r\n", ":1\r\n", ":2\r\n"]);
        AnswerAll(await cluster.Right.TakeAsync(2), [Load, "FCALL f 1 a"], ["+lib\r\n", ":3\r\n"]);
        PipelineReplies replies = await execution;
        Assert.Equal("v", replies.Get(read));
        Assert.Equal([1L, 2L, 3L], [replies.Get(first), replies.Get(second), replies.Get(beside)]);

        Deferred<long> later = pipeline.Call("b");
        execution = Execute(pipeline);
        AnswerAll(await cluster.Left.TakeAsync(1), ["FCALL f 1 b"], [":4\r\n"]);
        Assert.Equal(4, (await execution).Get(later));
    }

    [Fact]
    public async Task Forgotten_library_is_loaded_once_and_the_refused_commands_follow_in_their_order()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = await WithLoadedLibraryAsync(cluster);
        Deferred set = pipeline.Set("b", "1");
        Deferred<long>[] calls = [pipeline.Call("b"), pipeline.Call("b"), pipeline.Call("c")];
        Deferred<string?> read = pipeline.Get("{d}");
        Task<PipelineReplies> execution = Execute(pipeline);
        string calledB = "FCALL f 1 b";
        string calledC = "FCALL f 1 c";
        AnswerAll(await cluster.Left.TakeAsync(4), ["SET b 1", calledB, calledB, calledC], ["+OK\r\n", Unknown, Unknown, Unknown]);
        AnswerAll(await cluster.Right.TakeAsync(1), ["GET {d}"], ["+v\r\n"]);
        AnswerAll(await cluster.Left.TakeAsync(4), [Replace, calledB, calledB, calledC], ["+lib\r\n", ":1\r\n", ":2\r\n", ":3\r\n"]);
        PipelineReplies replies = await execution;
        Assert.Null(replies.ErrorOf(set));
        Assert.Equal([1L, 2L, 3L], calls.Select(replies.Get));
        Assert.Equal("v", replies.Get(read));
        Assert.False(cluster.Left.HasMore);
    }

    [Fact]
    public async Task Call_that_may_have_written_says_so_though_its_deadline_passes_while_it_waits_for_a_connection()
    {
        bool isDown = false;
        await using FakeCluster cluster = await FakeCluster.StartAsync(
            dialling: (_, cancellationToken) => Volatile.Read(ref isDown) ? Task.Delay(Timeout.Infinite, cancellationToken) : Task.CompletedTask);
        using TestPipeline pipeline = await WithLoadedLibraryAsync(cluster);
        Deferred<long> call = pipeline.Call("b");
        Task<PipelineReplies> execution = pipeline.ExecuteAsync(throwOnError: false, Deadline.After(TimeSpan.FromSeconds(5))).AsTask();
        FakeRequest sent = (await cluster.Left.TakeAsync(1))[0];
        Task beside = cluster.Client.ExecuteAsync(new RawCommand("INCR").Key("b"), Reply.Int64).AsTask();
        FakeRequest lost = (await cluster.Left.TakeAsync(1))[0];
        Volatile.Write(ref isDown, true);
        // Its own error, after it has written.
        sent.Answer("-TRYAGAIN Multiple keys request during rehashing of slot\r\n");
        lost.Break();
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => beside.InTime());
        await Wait.UntilAsync(
            () =>
            {
                cluster.Time.Advance(TimeSpan.FromMilliseconds(10));
                // Besides the question for the topology.
                return cluster.Client.GetConnectionStatistics().Single(node => node.Endpoint.Host == "left").Waiting > 1;
            },
            "the second attempt");
        await cluster.RunUntilAsync(execution);
        RedisException error = (await execution).ErrorOf(call)!;
        Assert.IsType<RedisTimeoutException>(error);
        Assert.True(error.MayHaveExecuted);
    }

    [Fact]
    public async Task Call_behind_which_its_slot_went_on_fails_and_the_next_pipeline_loads_the_library()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = await WithLoadedLibraryAsync(cluster);
        Deferred<long> overtaken = pipeline.Call("b");
        Deferred set = pipeline.Set("b", "1");
        Deferred<long> last = pipeline.Call("b");
        Task<PipelineReplies> execution = Execute(pipeline);
        AnswerAll(await cluster.Left.TakeAsync(3), ["FCALL f 1 b", "SET b 1", "FCALL f 1 b"], [Unknown, "+OK\r\n", Unknown]);
        AnswerAll(await cluster.Left.TakeAsync(2), [Replace, "FCALL f 1 b"], ["+lib\r\n", ":1\r\n"]);
        PipelineReplies replies = await execution;
        Assert.Contains("out of order", Assert.IsType<RedisServerException>(replies.ErrorOf(overtaken)).Message, StringComparison.Ordinal);
        Assert.Null(replies.ErrorOf(set));
        Assert.Equal(1, replies.Get(last));

        overtaken = pipeline.Call("b");
        pipeline.Set("b", "1");
        execution = Execute(pipeline);
        AnswerAll(await cluster.Left.TakeAsync(2), ["FCALL f 1 b", "SET b 1"], [Unknown, "+OK\r\n"]);
        Assert.IsType<RedisServerException>((await execution).ErrorOf(overtaken));
        Deferred<long> again = pipeline.Call("b");
        execution = Execute(pipeline);
        AnswerAll(await cluster.Left.TakeAsync(2), [Replace, "FCALL f 1 b"], ["+lib\r\n", ":2\r\n"]);
        Assert.Equal(2, (await execution).Get(again));
    }

    [Theory]
    [InlineData("+lib\r\n", "ERR Function not found")]
    [InlineData("-ERR Error compiling function\r\n", "ERR Error compiling function")]
    public async Task Function_that_is_still_unknown_fails_with_what_the_server_said(string loaded, string message)
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = await WithLoadedLibraryAsync(cluster);
        Deferred<long> call = pipeline.Call("b");
        Task<PipelineReplies> execution = Execute(pipeline);
        AnswerAll(await cluster.Left.TakeAsync(1), ["FCALL f 1 b"], [Unknown]);
        AnswerAll(await cluster.Left.TakeAsync(2), [Replace, "FCALL f 1 b"], [loaded, Unknown]);
        PipelineReplies replies = await execution;
        var failure = Assert.IsType<RedisServerException>(replies.ErrorOf(call));
        Assert.StartsWith(message, failure.Message, StringComparison.Ordinal);
        Assert.Equal(2, failure.Attempts);
        Assert.False(cluster.Left.HasMore);
    }

    [Fact]
    public async Task Transaction_takes_the_library_along_before_multi()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<long> call = pipeline.Call("b");
        Deferred set = pipeline.Set("b", "1");
        Task<PipelineReplies> execution = pipeline.ExecuteTransactionAsync(throwOnError: false, Deadline.None).AsTask();
        string[] commands = [Load, "MULTI", "FCALL f 1 b", "SET b 1", "EXEC"];
        AnswerAll(await cluster.Left.TakeAsync(5), commands, ["+lib\r\n", "+OK\r\n", "+QUEUED\r\n", "+QUEUED\r\n", "*2\r\n:1\r\n+OK\r\n"]);
        PipelineReplies replies = await execution;
        Assert.Equal(1, replies.Get(call));
        Assert.Null(replies.ErrorOf(set));

        // Too late within EXEC, but the next one makes good for it.
        call = pipeline.Call("b");
        execution = pipeline.ExecuteTransactionAsync(throwOnError: false, Deadline.None).AsTask();
        AnswerAll(await cluster.Left.TakeAsync(3), ["MULTI", "FCALL f 1 b", "EXEC"], ["+OK\r\n", "+QUEUED\r\n", $"*1\r\n{Unknown}"]);
        Assert.IsType<RedisServerException>((await execution).ErrorOf(call));
        call = pipeline.Call("b");
        execution = pipeline.ExecuteTransactionAsync(throwOnError: false, Deadline.None).AsTask();
        AnswerAll(await cluster.Left.TakeAsync(4), [Replace, "MULTI", "FCALL f 1 b", "EXEC"], ["+lib\r\n", "+OK\r\n", "+QUEUED\r\n", "*1\r\n:2\r\n"]);
        Assert.Equal(2, (await execution).Get(call));
    }

    private static async Task<TestPipeline> WithLoadedLibraryAsync(FakeCluster cluster)
    {
        TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Call("b");
        Task<PipelineReplies> execution = Execute(pipeline);
        AnswerAll(await cluster.Left.TakeAsync(2), [Load, "FCALL f 1 b"], ["+lib\r\n", ":0\r\n"]);
        await execution;
        return pipeline;
    }

    private static void AnswerAll(FakeRequest[] requests, string[] commands, string[] answers)
    {
        Assert.Equal(commands, requests.Select(request => request.Text));
        foreach ((FakeRequest request, string answer) in requests.Zip(answers))
        {
            request.Answer(answer);
        }
    }

    private static Task<PipelineReplies> Execute(TestPipeline pipeline) =>
        pipeline.ExecuteAsync(throwOnError: false, Deadline.None).AsTask().WaitAsync(Connections.Wait.Limit);
}
