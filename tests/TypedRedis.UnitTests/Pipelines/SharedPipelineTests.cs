using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>A pipeline is for one thread at a time.</summary>
public class SharedPipelineTests
{
    [Fact]
    public async Task Threads_that_use_one_pipeline_at_once_are_told_so_and_nothing_torn_is_sent()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        int refused = 0;
        for (int round = 0; round < 200 && refused == 0; round++)
        {
            pipeline.Clear();
            int added = 0;
            using var start = new Barrier(4);
            await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    for (int i = 0; i < 500; i++)
                    {
                        try
                        {
                            pipeline.Set($"key:{thread}:{i}", new string('x', i));
                            Interlocked.Increment(ref added);
                        }
                        catch (InvalidOperationException)
                        {
                            Interlocked.Increment(ref refused);
                        }
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
            Assert.Equal(added, pipeline.Length);
        }

        Assert.True(refused > 0, "the threads never met");
    }
}
