namespace TypedRedis.UnitTests.Values;

public class DeadlineTests
{
    [Fact]
    public void Default_leaves_the_time_to_the_client() => Assert.Null(default(Deadline).Timeout);

    [Fact]
    public void Time_given_is_kept() => Assert.Equal(TimeSpan.FromSeconds(3), Deadline.After(TimeSpan.FromSeconds(3)).Timeout);

    [Fact]
    public void None_has_no_limit() => Assert.Equal(Timeout.InfiniteTimeSpan, Deadline.None.Timeout);

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-10_000)]
    public void Time_that_is_not_positive_is_refused(long ticks) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Deadline.After(new TimeSpan(ticks)));
}
