using TypedRedis.Nodes;

namespace TypedRedis.UnitTests.Nodes;

/// <summary>How many calls with a connection of their own a node admits.</summary>
public class AdmissionLimitTests
{
    [Fact]
    public void Calls_are_admitted_up_to_the_limit_and_those_from_elsewhere_beyond_it()
    {
        var limit = new AdmissionLimit(2);
        Assert.True(limit.TryAdd());
        limit.Add();
        Assert.False(limit.TryAdd());
        limit.Add();
        Assert.Equal(3, limit.Count);
        limit.Remove();
        Assert.False(limit.TryAdd());
        limit.Remove();
        Assert.True(limit.TryAdd());
        Assert.Equal(2, limit.Count);
    }

    // Where it counted for a moment, another call might be refused for a place that is free by then.
    [Fact]
    public async Task Call_that_is_refused_never_counts()
    {
        const int Max = 1;
        var limit = new AdmissionLimit(Max);
        using var ended = new CancellationTokenSource();
        Task[] callers = [.. Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(
            () =>
            {
                while (!ended.IsCancellationRequested)
                {
                    if (limit.TryAdd())
                    {
                        limit.Remove();
                    }
                }
            },
            TaskCreationOptions.LongRunning))];
        int most = 0;
        for (int i = 0; i < 3_000_000; i++)
        {
            most = Math.Max(most, limit.Count);
        }

        await ended.CancelAsync();
        await Task.WhenAll(callers);
        Assert.True(most <= Max, $"{most} counted");
        Assert.Equal(0, limit.Count);
    }
}
