using TypedRedis.Observation;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Observation;

/// <summary>Each logical call, of whichever kind and however it ends, is one start and one end.</summary>
public class CommandObserverTests
{
    public static TheoryData<string> Kinds => [.. ObservedKind.All.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Success_is_one_start_and_one_end(string name)
    {
        var observer = new RecordingObserver();
        ObservedKind kind = ObservedKind.All[name];
        await using (FakeCluster cluster = await StartAsync(observer))
        {
            Answer(cluster, kind.Answer);
            await kind.Call(cluster.Client, default, CancellationToken.None).InTime();
            AssertStart(kind, observer);
            RecordingObserver.Ended end = observer.Single().End;
            Assert.Null(end.Error);
            Assert.Equal(1, end.Attempts);
            Assert.Empty(end.Redirects);
            Assert.Equal(kind.Kind is CallKind.SeveralNodes, end.Node is null);
        }

        observer.Single();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Error_of_the_server_is_one_start_and_one_end(string name)
    {
        var observer = new RecordingObserver();
        ObservedKind kind = ObservedKind.All[name];
        await using (FakeCluster cluster = await StartAsync(observer))
        {
            Answer(cluster, ObservedKind.Refusal);
            await Assert.ThrowsAnyAsync<RedisException>(() => kind.Call(cluster.Client, default, CancellationToken.None).InTime());
            AssertStart(kind, observer);
            Assert.IsAssignableFrom<RedisException>(observer.Single().End.Error);
            Assert.Equal(1, observer.Single().End.Attempts);
        }

        observer.Single();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Time_out_is_one_start_and_one_end(string name)
    {
        var observer = new RecordingObserver();
        ObservedKind kind = ObservedKind.All[name];
        await using (FakeCluster cluster = await StartAsync(observer))
        {
            Task call = kind.Call(cluster.Client, Deadline.After(TimeSpan.FromSeconds(2)), CancellationToken.None);
            await cluster.RunUntilAsync(call);
            await Assert.ThrowsAnyAsync<RedisException>(() => call);
            AssertStart(kind, observer);
            Assert.IsAssignableFrom<RedisException>(observer.Single().End.Error);
        }

        observer.Single();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Cancellation_is_one_start_and_one_end(string name)
    {
        var observer = new RecordingObserver();
        ObservedKind kind = ObservedKind.All[name];
        await using (FakeCluster cluster = await StartAsync(observer))
        {
            using var source = new CancellationTokenSource();
            Task call = kind.Call(cluster.Client, default, source.Token);
            await cluster.Left.TakeAsync(1);
            await source.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.InTime());
            AssertStart(kind, observer);
            Assert.IsAssignableFrom<OperationCanceledException>(observer.Single().End.Error);
        }

        observer.Single();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Disposal_is_one_end_of_what_was_under_way(string name)
    {
        var observer = new RecordingObserver();
        ObservedKind kind = ObservedKind.All[name];
        await using FakeCluster cluster = await StartAsync(observer);
        Task call = kind.Call(cluster.Client, default, CancellationToken.None);
        await cluster.Left.TakeAsync(1);
        await cluster.Client.DisposeAsync();
        await Assert.ThrowsAnyAsync<Exception>(() => call.InTime());
        AssertStart(kind, observer);
        Assert.NotNull(observer.Single().End.Error);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Use_after_disposal_is_one_start_and_one_end(string name)
    {
        var observer = new RecordingObserver();
        ObservedKind kind = ObservedKind.All[name];
        await using FakeCluster cluster = await StartAsync(observer);
        await cluster.Client.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => kind.Call(cluster.Client, default, CancellationToken.None));
        AssertRefused<ObjectDisposedException>(kind, observer);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Token_that_was_cancelled_before_is_one_start_and_one_end(string name)
    {
        var observer = new RecordingObserver();
        ObservedKind kind = ObservedKind.All[name];
        await using FakeCluster cluster = await StartAsync(observer);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => kind.Call(cluster.Client, default, new CancellationToken(canceled: true)));
        AssertRefused<OperationCanceledException>(kind, observer);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Deadline_that_has_passed_is_one_start_and_one_end(string name)
    {
        var observer = new RecordingObserver();
        ObservedKind kind = ObservedKind.All[name];
        await using FakeCluster cluster = await StartAsync(observer);
        await Assert.ThrowsAsync<RedisTimeoutException>(() => kind.Call(cluster.Client, Deadline.After(TimeSpan.Zero), CancellationToken.None));
        AssertRefused<RedisTimeoutException>(kind, observer);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Observer_that_throws_costs_two_lines_in_the_log(string name)
    {
        var logger = new CollectingLogger();
        ObservedKind kind = ObservedKind.All[name];
        await using FakeCluster cluster = await FakeCluster.StartAsync(configure: options => options with { Observer = new ThrowingObserver(), LoggerFactory = new OneLogger(logger) });
        Answer(cluster, kind.Answer);
        await kind.Call(cluster.Client, default, CancellationToken.None).InTime();
        Assert.Equal(2, logger.Lines.Count(line => line.StartsWith("Error An observer of calls threw", StringComparison.Ordinal)));
    }

    private static Task<FakeCluster> StartAsync(RecordingObserver observer) => FakeCluster.StartAsync(configure: options => options with { Observer = observer });

    private static void Answer(FakeCluster cluster, Func<string, string> answer)
    {
        _ = AnswerAsync(cluster.Left, answer);
        _ = AnswerAsync(cluster.Right, answer);
    }

    private static async Task AnswerAsync(FakeNode node, Func<string, string> answer)
    {
        try
        {
            while (true)
            {
                FakeRequest request = (await node.TakeAsync(1))[0];
                request.Answer(answer(request.Text));
            }
        }
        catch (TimeoutException)
        {
            // The test is over.
        }
    }

    private static void AssertStart(ObservedKind kind, RecordingObserver observer)
    {
        RecordingObserver.Started start = observer.Single().Start;
        Assert.Equal((kind.Kind, kind.Command, kind.BatchSize), (start.Kind, start.Command, start.BatchSize));
        bool isOneCommand = kind.Kind is CallKind.Single or CallKind.Dedicated;
        Assert.Equal(isOneCommand ? ObservedKind.SlotOfBar : -1, start.Bucket);
        Assert.Equal(isOneCommand, start.Frame.Contains("\r\nbar\r\n", StringComparison.Ordinal));
    }

    private static void AssertRefused<T>(ObservedKind kind, RecordingObserver observer)
        where T : Exception
    {
        (RecordingObserver.Started start, RecordingObserver.Ended end) = observer.Single();
        Assert.Equal((kind.Command, kind.BatchSize), (start.Command, start.BatchSize));
        Assert.IsAssignableFrom<T>(end.Error);
        Assert.Equal(0, end.Attempts);
        Assert.Null(end.Node);
    }

    private sealed class ThrowingObserver : ICommandObserver
    {
        public TypedRedis.Connections.CallTag OnStart(in CallStart start) => throw new InvalidOperationException("start");

        public void OnEnd(in TypedRedis.Connections.CallTag tag, in CallEnd end) => throw new InvalidOperationException("end");
    }
}
