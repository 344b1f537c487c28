using TypedRedis.ManyKeys;
using TypedRedis.Observation;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Observation;

/// <summary>What an observer is told of a call's way: attempts, redirects and the node that answered.</summary>
public class ObservedWayTests
{
    [Theory]
    [InlineData("value")]
    [InlineData("pipeline")]
    [InlineData("many keys")]
    [InlineData("blocking")]
    public async Task Redirected_call_is_one_call_of_two_attempts(string name)
    {
        var observer = new RecordingObserver();
        ObservedKind kind = ObservedKind.All[name];
        await using FakeCluster cluster = await StartAsync(observer);
        Task call = kind.Call(cluster.Client, default, CancellationToken.None);
        foreach (FakeRequest request in await cluster.Left.TakeAsync(kind.BatchSize ?? 1))
        {
            request.Answer($"-MOVED {ObservedKind.SlotOfBar} right:7000\r\n");
        }

        foreach (FakeRequest request in await cluster.Right.TakeAsync(name == "many keys" ? 2 : kind.BatchSize ?? 1))
        {
            request.Answer(kind.Answer(request.Text));
        }

        await call.InTime();
        RecordingObserver.Ended end = observer.Single().End;
        Assert.Null(end.Error);
        Assert.Equal(2, end.Attempts);
        Assert.Equal("right", end.Node?.Host);
        Assert.Equal(kind.BatchSize ?? 1, end.Redirects.Count);
        Assert.All(end.Redirects, redirect => Assert.Contains("right:7000", redirect, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Transaction_that_is_redirected_is_one_call_of_two_attempts()
    {
        var observer = new RecordingObserver();
        ObservedKind kind = ObservedKind.All["transaction"];
        await using FakeCluster cluster = await StartAsync(observer);
        Task call = kind.Call(cluster.Client, default, CancellationToken.None);
        FakeRequest[] requests = await cluster.Left.TakeAsync(4);
        requests[0].Answer("+OK\r\n");
        requests[1].Answer($"-MOVED {ObservedKind.SlotOfBar} right:7000\r\n");
        requests[2].Answer($"-MOVED {ObservedKind.SlotOfBar} right:7000\r\n");
        requests[3].Answer("-EXECABORT Transaction discarded because of previous errors.\r\n");
        foreach (FakeRequest request in await cluster.Right.TakeAsync(4))
        {
            request.Answer(kind.Answer(request.Text));
        }

        await call.InTime();
        RecordingObserver.Ended end = observer.Single().End;
        Assert.Equal((null, 2, 1, "right"), (end.Error, end.Attempts, end.Redirects.Count, end.Node?.Host));
    }

    [Fact]
    public async Task Command_sent_again_after_a_lost_connection_is_one_call_of_two_attempts()
    {
        var observer = new RecordingObserver();
        ObservedKind kind = ObservedKind.All["value"];
        await using FakeCluster cluster = await StartAsync(observer);
        Task call = kind.Call(cluster.Client, default, CancellationToken.None);
        (await cluster.Left.TakeAsync(1))[0].Break();
        (await cluster.TakeInTimeAsync(cluster.Left, 1))[0].Answer("$1\r\nv\r\n");
        await call.InTime();
        RecordingObserver.Ended end = observer.Single().End;
        Assert.Equal((null, 2, 0, "left"), (end.Error, end.Attempts, end.Redirects.Count, end.Node?.Host));
    }

    [Fact]
    public async Task Script_that_is_sent_whole_at_the_second_attempt_is_one_call()
    {
        var observer = new RecordingObserver();
        ObservedKind kind = ObservedKind.All["script"];
        await using FakeCluster cluster = await StartAsync(observer);
        Task call = kind.Call(cluster.Client, default, CancellationToken.None);
        (await cluster.Left.TakeAsync(1))[0].Answer("-NOSCRIPT No matching script. Please use EVAL.\r\n");
        (await cluster.Left.TakeAsync(1))[0].Answer(":1\r\n");
        await call.InTime();
        Assert.Equal((null, 2), (observer.Single().End.Error, observer.Single().End.Attempts));
    }

    [Fact]
    public async Task Part_of_a_command_for_several_nodes_that_is_sent_again_is_an_attempt_of_the_call()
    {
        var observer = new RecordingObserver();
        ObservedKind kind = ObservedKind.All["several nodes"];
        await using FakeCluster cluster = await StartAsync(observer);
        Task call = kind.Call(cluster.Client, default, CancellationToken.None);
        (await cluster.Left.TakeAsync(1))[0].Answer("-LOADING Redis is loading the dataset in memory\r\n");
        (await cluster.Right.TakeAsync(1))[0].Answer(":1\r\n");
        (await cluster.TakeInTimeAsync(cluster.Left, 1))[0].Answer(":1\r\n");
        await call.InTime();
        Assert.Equal((null, 2), (observer.Single().End.Error, observer.Single().End.Attempts));
    }

    [Fact]
    public async Task Pipeline_of_different_commands_has_no_common_one_and_an_empty_one_has_none()
    {
        var observer = new RecordingObserver();
        await using FakeCluster cluster = await StartAsync(observer);
        using TestPipeline pipeline = cluster.CreatePipeline();
        await pipeline.ExecuteAsync();
        Assert.Equal((null, 0, 0), (observer.Single().Start.Command, observer.Single().Start.BatchSize, observer.Single().End.Attempts));
        pipeline.Get("bar");
        pipeline.Set("bar", "v");
        ValueTask<PipelineReplies> call = pipeline.ExecuteAsync();
        FakeRequest[] requests = await cluster.Left.TakeAsync(2);
        requests[0].Answer("$1\r\nv\r\n");
        requests[1].Answer("+OK\r\n");
        await call.InTime();
        RecordingObserver.Started start = observer.Starts.Last();
        Assert.Equal((null, 2, CallKind.Pipeline), (start.Command, start.BatchSize, start.Kind));
        Assert.Equal(2, observer.Ends.Count);
    }

    [Fact]
    public async Task Errors_that_the_caller_wants_side_by_side_make_the_call_a_failed_one()
    {
        var observer = new RecordingObserver();
        await using FakeCluster cluster = await StartAsync(observer);
        using TestPipeline pipeline = cluster.CreatePipeline();
        pipeline.Get("bar");
        pipeline.Get("bar");
        ValueTask<PipelineReplies> call = pipeline.ExecuteAsync(throwOnError: false);
        FakeRequest[] requests = await cluster.Left.TakeAsync(2);
        requests[0].Answer("$1\r\nv\r\n");
        requests[1].Answer("-WRONGTYPE no\r\n");
        await call.InTime();
        Assert.Equal("WRONGTYPE", Assert.IsType<RedisServerException>(observer.Single().End.Error).Code);
    }

    [Fact]
    public async Task Refused_commands_are_calls_that_end_at_once()
    {
        var observer = new RecordingObserver();
        await using FakeCluster cluster = await StartAsync(observer);
        await Assert.ThrowsAsync<RedisCrossSlotException>(() => cluster.Client.ExecuteAsync(new RawCommand("MGET").Key("foo").Key("bar")).AsTask());
        await Assert.ThrowsAsync<RedisClusterException>(() => cluster.Client.ExecuteAsync(new RawCommand("NOBODY.KNOWS")).AsTask());
        await Assert.ThrowsAsync<RedisSessionException>(() => cluster.Client.ExecuteAsync(new RawCommand("SUBSCRIBE", "c")).AsTask());
        Assert.Equal(["MGET", "NOBODY.KNOWS", "SUBSCRIBE"], observer.Starts.Select(start => start.Command));
        Assert.Equal(
            [typeof(RedisCrossSlotException), typeof(RedisClusterException), typeof(RedisSessionException)], observer.Ends.Select(end => end.Error!.GetType()));
        Assert.All(observer.Ends, end => Assert.Equal(0, end.Attempts));
    }

    [Fact]
    public async Task Watch_and_what_goes_through_it_are_calls_of_the_client_and_its_end_is_none()
    {
        var observer = new RecordingObserver();
        await using FakeCluster cluster = await StartAsync(observer);
        Task<RedisWatch> starting = RedisWatch.StartAsync(cluster.Client, ["bar"]).AsTask();
        (await cluster.Left.TakeAsync(1))[0].Answer("+OK\r\n");
        RedisWatch watch = await starting.InTime();
        Task read = ObservedKind.All["value"].Call(watch, default, CancellationToken.None);
        (await cluster.Left.TakeAsync(1))[0].Answer("$1\r\nv\r\n");
        await read.InTime();
        Task ending = watch.DisposeAsync().AsTask();
        (await cluster.Left.TakeAsync(1))[0].Answer("+OK\r\n");
        await ending.InTime();
        Assert.Equal([(CallKind.Dedicated, "WATCH"), (CallKind.Single, "GET")], observer.Starts.Select(start => (start.Kind, start.Command!)));
        Assert.All(observer.Ends, end => Assert.Null(end.Error));
        Assert.Equal(2, observer.Ends.Count);
    }

    [Fact]
    public async Task What_the_client_does_for_itself_is_no_call()
    {
        var observer = new RecordingObserver();
        await using FakeCluster cluster = await StartAsync(observer);
        Task reading = cluster.Client.RefreshTopologyAsync();
        await cluster.RunUntilAsync(reading);
        Assert.Empty(observer.Starts);
        Assert.Empty(observer.Ends);
    }

    [Fact]
    public async Task Stream_that_its_reader_leaves_early_ends_without_error()
    {
        var observer = new RecordingObserver();
        await using FakeCluster cluster = await StartAsync(observer);
        Task reading = ReadOneAsync(cluster.Client);
        (await cluster.Left.TakeAsync(1))[0].Answer("*1\r\n$1\r\nv\r\n");
        (await cluster.Right.TakeAsync(1))[0].Answer("*1\r\n$1\r\nv\r\n");
        await reading.InTime();
        Assert.Null(observer.Single().End.Error);
    }

    private static async Task ReadOneAsync(RedisClient client)
    {
        await foreach (string? value in SplitCall.ElementsAsync(client.Split(ObservedKind.Many, ["bar", "foo"], default)))
        {
            Assert.Equal("v", value);
            break;
        }
    }

    private static Task<FakeCluster> StartAsync(RecordingObserver observer) => FakeCluster.StartAsync(configure: options => options with { Observer = observer });
}
