using TypedRedis.ManyKeys;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Observation;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.ManyKeys;

/// <summary>What an observer is told of calls with many keys: one start and one end, whatever happened in between.</summary>
public class ObservedSplitTests
{
    private const string TryAgain = "-TRYAGAIN Multiple keys request during rehashing of slot\r\n";
    private readonly RecordingObserver _observer = new();

    [Fact]
    public async Task Way_of_a_group_that_is_split_up_counts_with_that_of_its_keys()
    {
        await using FakeCluster cluster = await StartAsync();
        Task<long> call = cluster.Client.Split(SplitCommands.Del, ["b", "{b}1"], default).MergedAsync(default).AsTask();
        (await cluster.Left.TakeAsync(1))[0].Answer("-ASK 3300 right:7000\r\n");
        FakeRequest[] asked = await cluster.Right.TakeAsync(2);
        asked[0].Answer("+OK\r\n");
        asked[1].Answer(TryAgain);
        foreach (FakeRequest single in await cluster.Left.TakeAsync(2))
        {
            single.Answer(":1\r\n");
        }

        Assert.Equal(2, await call.InTime());
        RecordingObserver.Ended end = _observer.Single().End;
        Assert.Null(end.Error);
        Assert.Equal(2, end.Attempts);
        Assert.Equal(["ASK right:7000"], end.Redirects);
        Assert.Equal("left", end.Node?.Host);
    }

    [Fact]
    public async Task Stream_that_has_ended_is_one_call()
    {
        await using FakeCluster cluster = await StartAsync();
        Task<int> reading = CountAsync(cluster, default);
        (await cluster.Left.TakeAsync(1))[0].Answer(SplitNodes.Array(["1"]));
        (await cluster.Right.TakeAsync(1))[0].Answer(SplitNodes.Array(["2"]));
        Assert.Equal(2, await reading.InTime());
        RecordingObserver.Ended end = _observer.Single().End;
        Assert.Null(end.Error);
        Assert.Equal(1, end.Attempts);
    }

    [Fact]
    public async Task Stream_that_is_cancelled_ends_with_that_reason()
    {
        await using FakeCluster cluster = await StartAsync();
        using var cancellation = new CancellationTokenSource();
        Task<int> reading = CountAsync(cluster, cancellation.Token);
        await cluster.Left.TakeAsync(1);
        await cluster.Right.TakeAsync(1);
        Assert.Empty(_observer.Ends);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.InTime());
        Assert.IsAssignableFrom<OperationCanceledException>(_observer.Single().End.Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Call_that_is_cancelled_before_it_begins_has_no_attempts(bool isStream)
    {
        await using FakeCluster cluster = await StartAsync();
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => isStream
            ? CountAsync(cluster, cancelled).InTime()
            : cluster.Client.Split(SplitCommands.Del, ["b", "a"], default).MergedAsync(cancelled).AsTask().InTime());
        Assert.Equal(0, _observer.Single().End.Attempts);
        Assert.False(cluster.Left.HasMore || cluster.Right.HasMore);
    }

    [Fact]
    public async Task Keys_that_failed_make_the_call_a_failed_one_with_the_first_reason()
    {
        await using FakeCluster cluster = await StartAsync();
        Task<SplitResult<long>> call = cluster.Client.Split(SplitCommands.Del, ["b", "a"], default).ResultAsync(default).AsTask();
        (await cluster.Left.TakeAsync(1))[0].Answer("-NOPERM no\r\n");
        (await cluster.Right.TakeAsync(1))[0].Answer(":1\r\n");
        Assert.Single((await call.InTime()).Failures);
        Assert.Equal("NOPERM", Assert.IsType<RedisServerException>(_observer.Single().End.Error).Code);
    }

    private static async Task<int> CountAsync(FakeCluster cluster, CancellationToken cancellationToken)
    {
        int count = 0;
        await foreach (string? _ in SplitCall.ElementsAsync(cluster.Client.Split(SplitCommands.MGet, ["b", "a"], default), cancellationToken))
        {
            count++;
        }

        return count;
    }

    private Task<FakeCluster> StartAsync() => FakeCluster.StartAsync(configure: options => options with { Observer = _observer });
}
