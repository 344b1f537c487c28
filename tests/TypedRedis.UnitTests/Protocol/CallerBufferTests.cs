using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

public class CallerBufferTests
{
    [Theory]
    [InlineData("$3\r\nabc\r\n", 3, 3, "abc\0")]
    [InlineData("$3\r\nabc\r\n", 4, 3, "abc\0")]
    [InlineData("$0\r\n\r\n", 0, 0, "\0\0\0\0")]
    [InlineData(":12\r\n", 4, 2, "12\0\0")]
    [InlineData("$-1\r\n", 4, -1, "\0\0\0\0")]
    [InlineData("_\r\n", 0, -1, "\0\0\0\0")]
    public void Reply_that_fits_is_copied_and_its_length_told(string wire, int length, int copied, string content)
    {
        byte[] buffer = new byte[4];
        Assert.Equal(copied, Copy(wire, buffer.AsSpan(0, length)));
        Assert.Equal(content, Encoded.Latin1(buffer));
    }

    [Fact]
    public void Reply_that_does_not_fit_is_an_error_and_nothing_of_it_is_copied()
    {
        byte[] buffer = new byte[4];
        var failure = Assert.Throws<RedisReplyException>(() => Copy("$3\r\nabc\r\n", buffer.AsSpan(0, 2)));
        Assert.Contains("3 bytes", failure.Message, StringComparison.Ordinal);
        Assert.Contains("has 2", failure.Message, StringComparison.Ordinal);
        Assert.Equal(new byte[4], buffer);
    }

    [Fact]
    public void Reply_that_is_no_string_is_refused() => Assert.Throws<RedisReplyException>(() => Copy("*1\r\n:1\r\n", new byte[4]));

    private static int Copy(string wire, Span<byte> destination)
    {
        var reader = new RespReader(Encoded.Bytes(wire));
        reader.Read();
        return CallerBuffer.Copy(ref reader, destination);
    }
}
