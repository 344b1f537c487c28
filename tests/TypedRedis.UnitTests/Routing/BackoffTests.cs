using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Routing;

public class BackoffTests
{
    [Theory]
    [InlineData(0, 10)]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(5, 160)]
    [InlineData(6, 250)]
    [InlineData(7, 250)]
    [InlineData(int.MaxValue, 250)]
    public void Delay_doubles_up_to_a_bound(int attempts, int milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Backoff.After(attempts));
}
