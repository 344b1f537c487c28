using System.Diagnostics;
using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

public class ContinuationPaceTests
{
    private static readonly long s_quick = Stopwatch.Frequency / 100_000;
    private static readonly long s_slow = Stopwatch.Frequency / 1_000;

    private readonly ContinuationPace _pace = new();

    [Fact]
    public void Continuations_that_are_slow_time_and_again_no_longer_run_on_the_reader()
    {
        Assert.True(_pace.IsQuick);
        for (int i = 0; i < 32; i++)
        {
            Assert.True(_pace.NoteSample(s_slow));
        }

        Assert.True(_pace.IsQuick);
        Assert.True(_pace.NoteSample(s_slow));
        Assert.False(_pace.IsQuick);
    }

    [Fact]
    public void Odd_slow_sample_among_quick_ones_changes_nothing()
    {
        for (int i = 0; i < 10_000; i++)
        {
            Assert.Equal(i % 10 == 0, _pace.NoteSample(i % 10 == 0 ? s_slow : s_quick));
        }

        Assert.True(_pace.IsQuick);
    }

    [Fact]
    public void They_are_tried_again_after_a_second()
    {
        for (int i = 0; i < 33; i++)
        {
            _pace.NoteSample(s_slow);
        }

        Assert.Equal(50, LooksUntilQuick());
    }

    [Fact]
    public void Reader_without_progress_has_stalled()
    {
        Assert.False(_pace.HasStalled(isRunByReader: true, progress: 7));
        Assert.False(_pace.HasStalled(isRunByReader: true, progress: 8));
        Assert.True(_pace.IsQuick);
        Assert.True(_pace.HasStalled(isRunByReader: true, progress: 8));
        Assert.False(_pace.IsQuick);
    }

    [Fact]
    public void Reader_that_awaits_bytes_has_not_stalled()
    {
        Assert.False(_pace.HasStalled(isRunByReader: true, progress: 7));
        for (int i = 0; i < 100; i++)
        {
            Assert.False(_pace.HasStalled(isRunByReader: false, progress: 7));
        }
    }

    [Fact]
    public void Each_further_stall_counts_for_longer_up_to_five_minutes()
    {
        List<int> looks = [];
        for (int i = 0; i < 11; i++)
        {
            Stall(i);
            looks.Add(LooksUntilQuick());
        }

        Assert.Equal([50, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 15_000, 15_000], looks);
    }

    [Fact]
    public void Five_minutes_without_a_stall_are_forgiven()
    {
        Stall(0);
        LooksUntilQuick();
        for (int i = 0; i < 15_000; i++)
        {
            _pace.HasStalled(isRunByReader: false, progress: 1);
        }

        Stall(1);
        Assert.Equal(50, LooksUntilQuick());
    }

    private void Stall(int progress)
    {
        _pace.HasStalled(isRunByReader: true, progress + 1000);
        Assert.True(_pace.HasStalled(isRunByReader: true, progress + 1000));
    }

    private int LooksUntilQuick()
    {
        int looks = 0;
        while (!_pace.IsQuick)
        {
            _pace.HasStalled(isRunByReader: false, progress: 1);
            looks++;
        }

        return looks;
    }
}
