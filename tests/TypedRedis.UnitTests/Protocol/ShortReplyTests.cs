using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>The short way to read a scalar: what it takes is well-formed and whole, and everything else is left to the scanner.</summary>
public class ShortReplyTests
{
    [Theory]
    [InlineData("+OK\r\n", "OK")]
    [InlineData("+\r\n", "")]
    [InlineData(":-42\r\n", "-42")]
    [InlineData("$5\r\nhello\r\n", "hello")]
    [InlineData("$0\r\n\r\n", "")]
    [InlineData("$4\r\n\r\n\r\n\r\n", "\r\n\r\n")]
    [InlineData("_\r\n", "")]
    public void Whole_scalar_is_read_and_no_part_of_it(string reply, string content)
    {
        byte[] bytes = Encoded.Bytes(reply + "+next\r\n");
        Assert.True(RespReader.TryReadScalar(bytes, RespLimits.Default, out RespReader reader, out int length));
        Assert.Equal(reply.Length, length);
        Assert.Equal(content, Encoded.Latin1(reader.Content));
        Assert.Equal((RespKind)reply[0], reader.Kind);
        Assert.Equal(reply[0] == '_', reader.IsNull);
        for (int part = 0; part < reply.Length; part++)
        {
            Assert.False(RespReader.TryReadScalar(bytes.AsSpan(0, part), RespLimits.Default, out _, out _), $"{part} bytes");
        }
    }

    [Theory]
    [InlineData("+OK\rx+next\r\n")]
    [InlineData(":1\rx\r\n")]
    [InlineData("$3\rxabc\r\n\r\n")]
    [InlineData("$3\r\nabcx\n\r\n")]
    [InlineData("$3\r\nabc\rx\r\n")]
    [InlineData("$3\r\nabcd\r\n\r\n")]
    [InlineData("$3\r\nab\r\n\r\n\r\n")]
    [InlineData("$\r\nabc\r\n")]
    [InlineData("$\r\n\r\n")]
    [InlineData("$3x\r\nabc\r\n")]
    [InlineData("$-1\r\n")]
    [InlineData("$0000000003\r\nabc\r\n")]
    [InlineData("-ERR x\r\n")]
    [InlineData("*1\r\n:1\r\n")]
    [InlineData(">1\r\n:1\r\n")]
    [InlineData("#t\r\n")]
    [InlineData(",1.5\r\n")]
    [InlineData("+a line that is longer than short ones\r\n")]
    public void Anything_else_is_not_taken(string reply) =>
        Assert.False(RespReader.TryReadScalar(Encoded.Bytes(reply), RespLimits.Default, out _, out _));

    [Fact]
    public void Limits_are_the_scanners()
    {
        Assert.True(Takes(new RespLimits { MaxBulkLength = 5 }, "$5\r\nhello\r\n"));
        Assert.False(Takes(new RespLimits { MaxBulkLength = 4 }, "$5\r\nhello\r\n"));
        Assert.True(Takes(new RespLimits { MaxReplyLength = 11 }, "$5\r\nhello\r\n"));
        Assert.False(Takes(new RespLimits { MaxReplyLength = 10 }, "$5\r\nhello\r\n"));
        Assert.True(Takes(new RespLimits { MaxLineLength = 6 }, "+hello\r\n"));
        Assert.False(Takes(new RespLimits { MaxLineLength = 5 }, "+hello\r\n"));
    }

    private static bool Takes(RespLimits limits, string reply) => RespReader.TryReadScalar(Encoded.Bytes(reply), limits, out _, out _);
}
