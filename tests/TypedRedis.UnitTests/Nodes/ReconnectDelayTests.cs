using TypedRedis.Nodes;

namespace TypedRedis.UnitTests.Nodes;

/// <summary>Pauses between attempts to connect.</summary>
public class ReconnectDelayTests
{
    [Theory]
    [InlineData(1, 25, 50)]
    [InlineData(2, 50, 100)]
    [InlineData(3, 100, 200)]
    [InlineData(5, 400, 800)]
    [InlineData(6, 500, 1_000)]
    [InlineData(7, 500, 1_000)]
    [InlineData(100, 500, 1_000)]
    [InlineData(int.MaxValue, 500, 1_000)]
    public void Pause_doubles_up_to_a_second_and_half_of_it_is_by_chance(int failures, int shortest, int longest)
    {
        double[] pauses = [.. Enumerable.Range(0, 200).Select(_ => ReconnectDelay.After(failures).TotalMilliseconds)];
        Assert.All(pauses, pause => Assert.InRange(pause, shortest, longest));
        // All of 200 in one half of the span would be an odd chance indeed.
        Assert.True(pauses.Min() < (shortest + longest) / 2.0 && pauses.Max() > (shortest + longest) / 2.0);
    }

    [Fact]
    public void First_attempt_waits_for_nothing() => Assert.Equal(TimeSpan.Zero, ReconnectDelay.After(0));
}
