using TypedRedis.Nodes;

namespace TypedRedis.UnitTests.Nodes;

/// <summary>Places of calls that need a connection of their own: each call counts once, wherever it is, until its end.</summary>
public class AdmissionLimitTests
{
    private readonly AdmissionLimit _limit = new(2);
    private readonly AdmissionLimit _other = new(1);

    [Fact]
    public void New_calls_are_admitted_up_to_the_limit()
    {
        Admission[] calls = [new(), new(), new()];
        Assert.Equal([true, true, false], calls.Select(call => call.TryEnter(_limit)));
        Assert.Equal(2, _limit.Count);
        calls[0].End();
        Assert.Equal(1, _limit.Count);
        Assert.True(calls[2].TryEnter(_limit));
        Assert.Equal(2, _limit.Count);
    }

    [Fact]
    public void Call_that_comes_again_counts_once()
    {
        var call = new Admission();
        Assert.True(call.TryEnter(_other));
        Assert.True(call.TryEnter(_other));
        Assert.Equal(1, _other.Count);
    }

    [Fact]
    public void Call_that_moves_to_a_full_node_is_admitted_and_leaves_its_place()
    {
        var resident = new Admission();
        Assert.True(resident.TryEnter(_other));
        var call = new Admission();
        Assert.True(call.TryEnter(_limit));
        Assert.True(call.TryEnter(_other));
        Assert.Equal((0, 2), (_limit.Count, _other.Count));
        call.End();
        Assert.Equal((0, 1), (_limit.Count, _other.Count));
    }

    [Fact]
    public void Call_that_has_ended_is_counted_nowhere_whatever_comes_late()
    {
        var call = new Admission();
        Assert.True(call.TryEnter(_limit));
        call.End();
        call.End();
        Assert.True(call.TryEnter(_other));
        Assert.Equal((0, 0), (_limit.Count, _other.Count));
        var never = new Admission();
        never.End();
        Assert.True(never.TryEnter(_limit));
        Assert.Equal(0, _limit.Count);
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
