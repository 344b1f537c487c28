using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

public class DecoderMismatchTests
{
    [Theory]
    [InlineData("$3\r\nabc\r\n", "BulkString", "a whole number")]
    [InlineData("$0\r\n\r\n", "BulkString", "a whole number")]
    [InlineData(",1.5\r\n", "Double", "a whole number")]
    [InlineData(":9223372036854775808\r\n", "Integer", "a whole number")]
    [InlineData("*1\r\n:1\r\n", "Array of 1", "a whole number")]
    [InlineData("%1\r\n:1\r\n:1\r\n", "Map of 2", "a whole number")]
    [InlineData("$-1\r\n", "null", "a whole number")]
    [InlineData("+OK\r\n", "SimpleString", "a whole number")]
    public void Whole_number_refuses_other_replies(string wire, string found, string expected)
    {
        AssertMismatch(wire, Reply.Int64, found, expected);
        AssertMismatch(wire, Reply.Int32, found, expected);
    }

    [Fact]
    public void Number_of_more_than_32_bits_is_no_int32_and_is_not_shown()
    {
        foreach (string number in (string[])["2147483648", "-2147483649"])
        {
            var error = Assert.Throws<RedisReplyException>(() =>
            {
                var reader = new RespReader(System.Text.Encoding.ASCII.GetBytes($":{number}\r\n"));
                reader.Read();
                return Reply.Int32.Decode(ref reader);
            });
            Assert.Contains("32 bits", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(number, error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("$3\r\nabc\r\n", "BulkString")]
    [InlineData("$1\r\n,\r\n", "BulkString")]
    [InlineData("#t\r\n", "Boolean")]
    [InlineData("_\r\n", "null")]
    [InlineData("~0\r\n", "Set of 0")]
    public void Number_refuses_other_replies(string wire, string found) => AssertMismatch(wire, Reply.Double, found, "a number");

    [Theory]
    [InlineData("*1\r\n:1\r\n", "Array of 1")]
    [InlineData("+NO\r\n", "SimpleString")]
    [InlineData("$2\r\nno\r\n", "BulkString")]
    public void Boolean_refuses_other_replies(string wire, string found) => AssertMismatch(wire, Reply.Boolean, found, "number");

    [Fact]
    public void Boolean_that_is_neither_is_refused()
    {
        AssertMismatch("#x\r\n", Reply.Boolean, "Boolean", "true or false");
        AssertMismatch("#\r\n", Reply.Int64, "Boolean", "true or false");
    }

    [Theory]
    [InlineData("*0\r\n", "Array of 0")]
    [InlineData("%0\r\n", "Map of 0")]
    [InlineData("_\r\n", "null")]
    [InlineData("*-1\r\n", "null")]
    public void Text_and_bytes_refuse_other_replies(string wire, string found)
    {
        AssertMismatch(wire, Reply.String, found, "a string");
        AssertMismatch(wire, Reply.Bytes, found, "a string");
        AssertMismatch(wire, Reply.Memory, found, "a string");
        AssertMismatch(wire, Reply.Parsable<Guid>(), found, "a string");
        if (found != "null")
        {
            AssertMismatch(wire, Reply.StringOrNull, found, "a string");
            AssertMismatch(wire, Reply.BytesOrNull, found, "a string");
            AssertMismatch(wire, Reply.Lease, found, "a string");
        }
    }

    [Theory]
    [InlineData(":1\r\n", "Integer")]
    [InlineData("$1\r\na\r\n", "BulkString")]
    [InlineData("_\r\n", "null")]
    [InlineData("$-1\r\n", "null")]
    public void Aggregates_refuse_scalars(string wire, string found)
    {
        AssertMismatch(wire, Reply.Array(Reply.Value), found, "an array");
        AssertMismatch(wire, Reply.List(Reply.Value), found, "an array");
        AssertMismatch(wire, Reply.HashSet(Reply.Int64), found, "an array");
        AssertMismatch(wire, Reply.Dictionary(Reply.String, Reply.Value), found, "an array");
        AssertMismatch(wire, Reply.KeyValuePairs(Reply.String, Reply.Value), found, "an array");
        AssertMismatch(wire, Reply.Pairs(Reply.String, Reply.Value), found, "an array");
        AssertMismatch(wire, Reply.Tuple(Reply.Value, Reply.Value), found, "an array");
    }

    [Fact]
    public void Pairs_refuse_an_odd_number() => AssertMismatch("*3\r\n+a\r\n:1\r\n+b\r\n", Reply.Pairs(Reply.String, Reply.Int64), "3 elements", "pairs");

    [Fact]
    public void Pairs_refuse_a_nested_element_that_is_no_pair() =>
        AssertMismatch("*2\r\n*2\r\n+a\r\n:1\r\n*3\r\n+b\r\n:2\r\n:3\r\n", Reply.Pairs(Reply.String, Reply.Int64), "Array of 3", "a pair");

    [Fact]
    public void Tuple_refuses_fewer_elements() => AssertMismatch("*1\r\n+a\r\n", Reply.Tuple(Reply.String, Reply.String), "Array of 1", "an array of 2");

    [Theory]
    [InlineData("*2\r\n+a\r\n-WRONGTYPE of key\r\n")]
    [InlineData("*2\r\n+a\r\n!17\r\nWRONGTYPE of key\n\r\n")]
    public void Error_among_the_elements_is_the_servers_error_and_never_a_value(string wire)
    {
        AssertServerError(wire, Reply.Array(Reply.String));
        AssertServerError(wire, Reply.Array(Reply.StringOrNull));
        AssertServerError(wire, Reply.Array(Reply.Bytes));
        AssertServerError(wire, Reply.Array(Reply.Memory));
        AssertServerError(wire, Reply.Tuple(Reply.String, Reply.Int64));
        AssertServerError(wire, Reply.Tuple(Reply.String, Reply.Boolean));
        AssertServerError(wire, Reply.Tuple(Reply.String, Reply.Double));
        AssertServerError(wire, Reply.Tuple(Reply.String, Reply.Array(Reply.String)));
    }

    [Fact]
    public void Error_that_reads_like_a_number_is_no_number()
    {
        Assert.Throws<RedisServerException>(() => Decode("*1\r\n-1\r\n", Reply.Array(Reply.Int64)));
        Assert.Throws<RedisServerException>(() => Decode("*1\r\n-1\r\n", Reply.Array(Reply.Boolean)));
        Assert.Throws<RedisServerException>(() => Decode("*1\r\n-1.5\r\n", Reply.Array(Reply.Double)));
    }

    private static void AssertServerError<T>(string wire, ReplyDecoder<T> decoder) =>
        Assert.Equal("WRONGTYPE", Assert.Throws<RedisServerException>(() => Decode(wire, decoder)).Code);

    private static void AssertMismatch<T>(string wire, ReplyDecoder<T> decoder, string found, string expected)
    {
        RedisReplyException failure = Assert.Throws<RedisReplyException>(() => Decode(wire, decoder));
        Assert.Contains(found, failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected, failure.Message, StringComparison.Ordinal);
    }

    private static T Decode<T>(string wire, ReplyDecoder<T> decoder)
    {
        var reader = new RespReader(Encoded.Bytes(wire));
        return decoder.DecodeNext(ref reader);
    }
}
