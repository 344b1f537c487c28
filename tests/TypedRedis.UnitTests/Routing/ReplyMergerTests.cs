using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Routing;

public class ReplyMergerTests
{
    [Theory]
    [InlineData(ResponsePolicy.AggLogicalAnd, 2, 3, 1)]
    [InlineData(ResponsePolicy.AggLogicalAnd, 0, 1, 0)]
    [InlineData(ResponsePolicy.AggLogicalAnd, 1, 0, 0)]
    [InlineData(ResponsePolicy.AggLogicalOr, 0, 0, 0)]
    [InlineData(ResponsePolicy.AggLogicalOr, 2, 0, 1)]
    [InlineData(ResponsePolicy.AggLogicalOr, 0, 3, 1)]
    [InlineData(ResponsePolicy.AggSum, 2, 3, 5)]
    [InlineData(ResponsePolicy.AggMin, 3, -2, -2)]
    [InlineData(ResponsePolicy.AggMax, 3, -2, 3)]
    [InlineData(ResponsePolicy.AllSucceeded, 3, 2, 3)]
    public void Whole_numbers(ResponsePolicy policy, int left, int right, int merged)
    {
        Assert.Equal(merged, ReplyMerger.Merge(policy, (long)left, right));
        Assert.Equal((long)merged, ReplyMerger.Merge<long>(policy, left, right));
        Assert.Equal(merged, ReplyMerger.Merge<int>(policy, left, right));
    }

    [Theory]
    [InlineData(ResponsePolicy.AggSum, 1.5, 2.25, 3.75)]
    [InlineData(ResponsePolicy.AggMin, 1.5, -2.25, -2.25)]
    [InlineData(ResponsePolicy.AggMax, 1.5, -2.25, 1.5)]
    [InlineData(ResponsePolicy.AllSucceeded, 1.5, 2.25, 1.5)]
    public void Floating_point_numbers(ResponsePolicy policy, double left, double right, double merged)
    {
        Assert.Equal(merged, ReplyMerger.Merge(policy, left, right));
        Assert.Equal(merged, ReplyMerger.Merge<double>(policy, left, right));
    }

    [Theory]
    [InlineData(ResponsePolicy.AggLogicalAnd, true, true, true)]
    [InlineData(ResponsePolicy.AggLogicalAnd, true, false, false)]
    [InlineData(ResponsePolicy.AggLogicalAnd, false, true, false)]
    [InlineData(ResponsePolicy.AggLogicalOr, false, true, true)]
    [InlineData(ResponsePolicy.AggLogicalOr, true, false, true)]
    [InlineData(ResponsePolicy.AggLogicalOr, false, false, false)]
    public void Truth_values(ResponsePolicy policy, bool left, bool right, bool merged) => Assert.Equal(merged, ReplyMerger.Merge(policy, left, right));

    [Fact]
    public void Of_what_only_tells_of_success_the_first_counts() => Assert.Equal("OK", ReplyMerger.Merge(ResponsePolicy.AllSucceeded, "OK", "other"));

    [Fact]
    public void Sum_that_does_not_fit_is_an_error_and_no_other_number()
    {
        Assert.Throws<OverflowException>(() => ReplyMerger.Merge(ResponsePolicy.AggSum, long.MaxValue, 1));
        Assert.Throws<OverflowException>(() => ReplyMerger.Merge(ResponsePolicy.AggSum, int.MaxValue, 1));
        Assert.Throws<OverflowException>(() => KeyedSums.Of(["%1\r\n+a\r\n:9223372036854775807\r\n"u8.ToArray(), "%1\r\n+a\r\n:1\r\n"u8.ToArray()]));
    }
}
