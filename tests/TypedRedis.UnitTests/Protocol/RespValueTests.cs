using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>Values of a reply that is read as a tree.</summary>
public class RespValueTests
{
    [Fact]
    public void Scalars_are_numbers_and_bytes()
    {
        Assert.Equal(-7, Read(":-7\r\n").ToInt64());
        Assert.Equal(12, Read("$2\r\n12\r\n").ToInt64());
        Assert.Equal(1.5, Read(",1.5\r\n").ToDouble());
        Assert.Equal(double.NegativeInfinity, Read("$4\r\n-inf\r\n").ToDouble());
        Assert.Equal("é", Read("$2\r\n\u00C3\u00A9\r\n").ToString());
        Assert.Equal("abc"u8.ToArray(), Read("+abc\r\n").Bytes.ToArray());
        Assert.Empty(Read("+abc\r\n").Items);
    }

    [Fact]
    public void Value_that_is_no_number_says_its_kind_and_not_itself()
    {
        Assert.Contains("BulkString is not a whole number", Assert.Throws<RedisReplyException>(() => Read("$6\r\nsecret\r\n").ToInt64()).Message, StringComparison.Ordinal);
        string message = Assert.Throws<RedisReplyException>(() => Read("+secret\r\n").ToDouble()).Message;
        Assert.Contains("SimpleString is not a number", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nulls_and_empty_values_have_no_text_and_no_bytes()
    {
        foreach (string wire in (string[])["_\r\n", "$-1\r\n", "*-1\r\n", "$0\r\n\r\n", "*0\r\n"])
        {
            Assert.Equal("", Read(wire).ToString());
            Assert.True(Read(wire).Bytes.IsEmpty);
            Assert.Empty(Read(wire).Items);
        }

        Assert.Equal("[[a], ]", Read("~2\r\n*1\r\n+a\r\n_\r\n").ToString());
    }

    private static RespValue Read(string wire)
    {
        var reader = new RespReader(Encoded.Bytes(wire));
        return Reply.Value.DecodeNext(ref reader);
    }
}
