using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Observation;

/// <summary>The counts of calls that a client gives.</summary>
public class CallStatisticsTests
{
    [Fact]
    public async Task Calls_are_counted_by_how_they_end_and_what_happened_to_them_on_the_way()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync(configure: options => options with { CountCalls = true });
        Assert.Equal(new RedisCallStatistics(), cluster.Client.GetCallStatistics());

        Task succeeded = Call(cluster, default);
        Assert.Equal((1, 1), (Read(cluster).Started, Read(cluster).UnderWay));
        (await cluster.Left.TakeAsync(1))[0].Answer("$1\r\nv\r\n");
        await succeeded.InTime();

        Task failed = Call(cluster, default);
        (await cluster.Left.TakeAsync(1))[0].Answer("-ERR no\r\n");
        await Assert.ThrowsAsync<RedisServerException>(() => failed.InTime());

        using var source = new CancellationTokenSource();
        Task cancelled = Call(cluster, source.Token);
        FakeRequest unanswered = (await cluster.Left.TakeAsync(1))[0];
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled.InTime());
        unanswered.Answer("$1\r\nv\r\n");

        Task lost = Call(cluster, default);
        (await cluster.Left.TakeAsync(1))[0].Break();
        (await cluster.TakeInTimeAsync(cluster.Left, 1))[0].Answer("$1\r\nv\r\n");
        await lost.InTime();

        Task redirected = Call(cluster, default);
        (await cluster.Left.TakeAsync(1))[0].Answer($"-MOVED {ObservedKind.SlotOfBar} right:7000\r\n");
        (await cluster.Right.TakeAsync(1))[0].Answer("$1\r\nv\r\n");
        await redirected.InTime();

        Assert.Equal(new RedisCallStatistics { Started = 5, Succeeded = 3, Failed = 1, Cancelled = 1, Retried = 2, Redirected = 1 }, Read(cluster));
        Assert.Equal(0, Read(cluster).UnderWay);
    }

    [Fact]
    public async Task Nothing_is_counted_unless_the_options_say_so()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        Assert.Null(cluster.Client.Calls);
        Assert.Null(cluster.Client.GetCallStatistics());
    }

    private static Task Call(FakeCluster cluster, CancellationToken token) => ObservedKind.All["value"].Call(cluster.Client, default, token);

    private static RedisCallStatistics Read(FakeCluster cluster) => cluster.Client.GetCallStatistics()!;
}
