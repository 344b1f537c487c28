namespace TypedRedis.UnitTests.Values;

public class DeadlineTests
{
    [Fact]
    public void Default_leaves_the_time_to_the_client() => Assert.Null(default(Deadline).Timeout);

    [Fact]
    public void Time_given_is_kept() => Assert.Equal(TimeSpan.FromSeconds(3), Deadline.After(TimeSpan.FromSeconds(3)).Timeout);

    [Fact]
    public void None_has_no_limit() => Assert.Equal(Timeout.InfiniteTimeSpan, Deadline.None.Timeout);

    [Fact]
    public void Infinite_time_is_no_limit() => Assert.Equal(Deadline.None, Deadline.After(Timeout.InfiniteTimeSpan));

    [Fact]
    public void No_time_may_be_left() => Assert.Equal(TimeSpan.Zero, Deadline.After(TimeSpan.Zero).Timeout);

    [Theory]
    [InlineData(-1)]
    [InlineData(-20_000)]
    public void Negative_time_is_refused(long ticks) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Deadline.After(new TimeSpan(ticks)));
}
