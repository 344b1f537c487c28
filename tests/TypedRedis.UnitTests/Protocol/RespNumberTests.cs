using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>Lengths that a server announces.</summary>
public class RespNumberTests
{
    [Theory]
    [InlineData("0", 0, 0)]
    [InlineData("9", 9, 9)]
    [InlineData("10", 10, 10)]
    [InlineData("-1", 0, -1)]
    [InlineData("2147483647", int.MaxValue, int.MaxValue)]
    public void Length_up_to_the_limit_is_read(string digits, int limit, int length) => Assert.Equal(length, RespNumber.ParseLength(Encoded.Bytes(digits), limit));

    [Theory]
    [InlineData("1", 0, "a length of 1; at most 0")]
    [InlineData("9", 8, "a length of 9; at most 8")]
    [InlineData("10", 9, "a length of 10; at most 9")]
    [InlineData("2147483648", int.MaxValue, "a length of 2147483648; at most 2147483647")]
    [InlineData("-2", 9, "not a number")]
    [InlineData("", 9, "not a number")]
    [InlineData("/", 9, "not a number")]
    [InlineData(":", 9, "not a number")]
    [InlineData("1x", 99, "not a number")]
    [InlineData("x1", 99, "not a number")]
    [InlineData("99999999999999999999", 9, "not a number")]
    public void Any_other_length_is_a_protocol_error(string digits, int limit, string message) =>
        Assert.Contains(message, Assert.Throws<RedisProtocolException>(() => RespNumber.ParseLength(Encoded.Bytes(digits), limit)).Message, StringComparison.Ordinal);
}
