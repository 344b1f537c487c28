using System.Runtime.CompilerServices;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Observation;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>What becomes of a watch that its user has forgotten to dispose, once the garbage collector finds it.</summary>
[Collection(AloneCollection.Name)]
public class AbandonedWatchTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Watch_that_is_not_disposed_is_found_and_logged_also_if_its_connection_was_lost_with_a_call_in_flight(bool isLost)
    {
        var logger = new CollectingLogger();
        await using FakeCluster cluster = await FakeCluster.StartAsync(configure: options => options with { LoggerFactory = new OneLogger(logger) });
        await ForgetAsync(cluster, isLost);
        await Wait.UntilAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return logger.Lines.Any(line => line.Contains("RedisWatch was not disposed", StringComparison.Ordinal));
            },
            "the watch to be found");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task ForgetAsync(FakeCluster cluster, bool isLost)
    {
        ValueTask<RedisWatch> starting = RedisWatch.StartAsync(cluster.Client, ["b"]);
        (await cluster.Left.TakeAsync(1))[0].Answer("+OK\r\n");
        RedisWatch watch = await starting.AsTask().InTime();
        Task<string> call = watch.ExecuteAsync(new RawCommand("GET").Key("b"), Reply.String).AsTask();
        FakeRequest sent = (await cluster.Left.TakeAsync(1))[0];
        if (isLost)
        {
            sent.Break();
            await Assert.ThrowsAsync<RedisWatchException>(() => call.InTime());
        }
        else
        {
            sent.Answer("+v\r\n");
            await call.InTime();
        }
    }
}
