using System.Collections.Concurrent;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Execution;

/// <summary>A script's own error may be worded like a redirect, and lead anywhere.</summary>
public class OwnRedirectTests
{
    private static readonly CommandInfo s_eval = new("EVAL", CommandFlags.Write, RetryClass.NotIdempotent);

    private readonly ConcurrentBag<string> _dialled = [];

    [Theory]
    [InlineData("MOVED 1 right:7000")]
    [InlineData("ASK 1 right:7000")]
    [InlineData("MOVED 1 elsewhere:7000")]
    public async Task Redirect_of_another_slot_is_the_callers_and_the_script_is_run_once(string error)
    {
        await using FakeCluster cluster = await StartAsync();
        Task call = EvalAsync(cluster.Client);
        (await cluster.Left.TakeAsync(1))[0].Answer($"-{error}\r\n");
        var failure = await Assert.ThrowsAsync<RedisServerException>(() => call.InTime());
        Assert.Equal(error.Split(' ')[0], failure.Code);
        Assert.True(failure.MayHaveExecuted);
        Assert.Equal(1, failure.Attempts);
        Assert.DoesNotContain("elsewhere", _dialled);
    }

    [Fact]
    public async Task Node_that_the_topology_does_not_have_is_never_dialled()
    {
        await using FakeCluster cluster = await StartAsync();
        Task call = EvalAsync(cluster.Client);
        int attempts = 0;
        while (await cluster.RunUntilTakenOrEndAsync(cluster.Left, call) is { } attempt)
        {
            attempts++;
            attempt.Answer("-MOVED 3300 elsewhere:7000\r\n");
        }

        var failure = await Assert.ThrowsAsync<RedisServerException>(() => call);
        Assert.Equal((4, 4), (attempts, failure.Attempts));
        Assert.Equal("MOVED", failure.Code);
        Assert.DoesNotContain("elsewhere", _dialled);
    }

    [Fact]
    public async Task Slot_that_really_has_moved_to_a_node_that_is_not_known_yet_is_found()
    {
        await using FakeCluster cluster = await StartAsync();
        Task call = EvalAsync(cluster.Client);
        FakeRequest sent = (await cluster.Left.TakeAsync(1))[0];
        cluster.GiveAllTo("new");
        _ = AnswerAllAsync(cluster.Left);
        sent.Answer(Moved);
        // Both the next attempt and the next reading may be due.
        cluster.Time.Advance(TimeSpan.FromSeconds(1));
        (await cluster.Right.TakeAsync(1))[0].Answer("+OK\r\n");
        await call.InTime();
        Assert.Contains("new", _dialled);
    }

    [Fact]
    public async Task Pipeline_treats_a_redirect_of_another_slot_alike()
    {
        await using FakeCluster cluster = await StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        Deferred<RespValue> eval = pipeline.Execute(new RawCommand("EVAL", "return 1", "1").Key("b"));
        Task<PipelineReplies> call = pipeline.ExecuteAsync(throwOnError: false).AsTask();
        (await cluster.Left.TakeAsync(1))[0].Answer("-MOVED 1 elsewhere:7000\r\n");
        PipelineReplies replies = await call.InTime();
        var failure = Assert.IsType<RedisServerException>(replies.ErrorOf(eval));
        Assert.True(failure.MayHaveExecuted);
        Assert.DoesNotContain("elsewhere", _dialled);
    }

    [Fact]
    public async Task Deadline_after_errors_that_a_script_may_have_returned_says_that_it_may_have_been_executed()
    {
        await using FakeCluster cluster = await StartAsync();
        Task call = EvalAsync(cluster.Client, Deadline.After(TimeSpan.FromSeconds(1)));
        (await cluster.Left.TakeAsync(1))[0].Answer("-LOADING Redis is loading the dataset in memory\r\n");
        await cluster.RunUntilAsync(call);
        var failure = await Assert.ThrowsAsync<RedisTimeoutException>(() => call);
        Assert.True(failure.MayHaveExecuted);
    }

    private const string Moved = "-MOVED 3300 new:7000\r\n";

    private static async Task AnswerAllAsync(FakeNode node)
    {
        while (true)
        {
            (await node.TakeAsync(1))[0].Answer(Moved);
        }
    }

    private Task<FakeCluster> StartAsync() => FakeCluster.StartAsync(dialling: (endpoint, _) =>
    {
        _dialled.Add(endpoint.Host!);
        return Task.CompletedTask;
    });

    private static Task<bool> EvalAsync(RedisClient client, Deadline deadline = default)
    {
        RequestWriter request = client.BeginRequest("*4\r\n$4\r\nEVAL\r\n$8\r\nreturn 1\r\n$1\r\n1\r\n"u8);
        request.WriteKey("b");
        return client.SendAsync(ref request, s_eval, Reply.Ignored, deadline, default).AsTask();
    }
}
