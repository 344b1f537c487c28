using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Observation;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>What an observer is told of pipelines: who answered last, how often what was sent most often was sent, and where redirects led.</summary>
public class ObservedPipelineTests
{
    private readonly RecordingObserver _observer = new();

    [Fact]
    public async Task Pipeline_of_two_nodes_names_the_one_that_answered_last()
    {
        await using FakeCluster cluster = await StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Get("b");
        var decoder = new HeardDecoder();
        pipeline.Get("a", decoder);
        Task call = pipeline.ExecuteAsync().AsTask();
        FakeRequest left = (await cluster.Left.TakeAsync(1))[0];
        (await cluster.Right.TakeAsync(1))[0].Answer("+v\r\n");
        await decoder.Heard.InTime();
        Assert.Empty(_observer.Ends);
        left.Answer("+v\r\n");
        await call.InTime();
        Assert.Equal((null, 1, "left"), (_observer.Single().End.Error, _observer.Single().End.Attempts, _observer.Single().End.Node?.Host));
    }

    [Fact]
    public async Task Redirects_of_each_command_are_told_and_attempts_are_those_of_the_one_with_most()
    {
        await using FakeCluster cluster = await StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Get("c");
        pipeline.Get("b");
        Task call = pipeline.ExecuteAsync().AsTask();
        FakeRequest[] sent = await cluster.Left.TakeAsync(2);
        sent[0].Answer("+v\r\n");
        sent[1].Answer("-ASK 3300 right:7000\r\n");
        FakeRequest[] asked = await cluster.Right.TakeAsync(2);
        asked[0].Answer("+OK\r\n");
        asked[1].Answer("-MOVED 3300 left:7000\r\n");
        (await cluster.Left.TakeAsync(1))[0].Answer("+v\r\n");
        await call.InTime();
        RecordingObserver.Ended end = _observer.Single().End;
        Assert.Equal(["ASK right:7000", "MOVED left:7000"], end.Redirects);
        Assert.Equal((3, "left"), (end.Attempts, end.Node?.Host));
    }

    [Fact]
    public async Task Pipeline_that_is_used_again_tells_nothing_of_its_last_use()
    {
        await using FakeCluster cluster = await StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Get("b");
        Task call = pipeline.ExecuteAsync().AsTask();
        (await cluster.Left.TakeAsync(1))[0].Answer("-ASK 3300 right:7000\r\n");
        FakeRequest[] asked = await cluster.Right.TakeAsync(2);
        asked[0].Answer("+OK\r\n");
        asked[1].Answer("+v\r\n");
        await call.InTime();

        pipeline.Get("b");
        using var cancellation = new CancellationTokenSource();
        call = pipeline.ExecuteAsync(cancellationToken: cancellation.Token).AsTask();
        await cluster.Left.TakeAsync(1);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
        RecordingObserver.Ended end = _observer.Ends.Last();
        Assert.Empty(end.Redirects);
        Assert.Equal((1, null), (end.Attempts, end.Node));
    }

    private Task<FakeCluster> StartAsync() => FakeCluster.StartAsync(configure: options => options with { Observer = _observer });

    private sealed class HeardDecoder : ReplyDecoder<string>
    {
        private readonly TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Heard => _heard.Task;

        public override string Decode(ref RespReader reader)
        {
            _heard.TrySetResult();
            return reader.GetString();
        }
    }
}
