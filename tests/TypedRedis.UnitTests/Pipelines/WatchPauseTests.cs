using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>Attempts of a watched transaction do not follow each other at once.</summary>
public class WatchPauseTests
{
    [Fact]
    public async Task Next_attempt_waits_for_a_pause()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        Task<long> run = RedisWatch.RunAsync(cluster.Client, ["b"], async watch =>
        {
            using var transaction = new TestPipeline(watch);
            Deferred<long> counted = transaction.Incr("b");
            return (await transaction.ExecuteTransactionAsync()).Get(counted);
        }).AsTask();
        for (int attempt = 0; attempt < 3; attempt++)
        {
            int timers = await AnswerAsync(cluster, attempt, "_\r\n");
            await Wait.UntilAsync(() => cluster.Time.PendingOnce > timers, "the pause");
            Assert.False(cluster.Left.HasMore);
            Assert.False(run.IsCompleted);
        }

        await AnswerAsync(cluster, 3, "*1\r\n:7\r\n");
        Assert.Equal(7, await run.InTime());
    }

    // Gives the timers that there are while the transaction waits for its result.
    private static async Task<int> AnswerAsync(FakeCluster cluster, int attempt, string result)
    {
        FakeRequest watched = (await (attempt == 0 ? cluster.Left.TakeAsync(1) : cluster.TakeInTimeAsync(cluster.Left, 1)))[0];
        Assert.Equal("WATCH b", watched.Text);
        watched.Answer("+OK\r\n");
        FakeRequest[] transaction = await cluster.Left.TakeAsync(3);
        transaction[0].Answer("+OK\r\n");
        transaction[1].Answer("+QUEUED\r\n");
        int timers = cluster.Time.PendingOnce;
        transaction[2].Answer(result);
        return timers;
    }
}
