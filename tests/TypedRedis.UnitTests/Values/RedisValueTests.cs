namespace TypedRedis.UnitTests.Values;

public class RedisValueTests
{
    [Fact]
    public void Value_reads_as_what_it_was_made_from()
    {
        Assert.Equal("text", ((RedisValue)"text").ToString());
        Assert.Equal("bytes", ((RedisValue)"bytes"u8.ToArray()).ToString());
        Assert.Equal("memory", ((RedisValue)(ReadOnlyMemory<byte>)"memory"u8.ToArray()).ToString());
        Assert.Equal("-5", ((RedisValue)(-5)).ToString());
        Assert.Equal("4294967295", ((RedisValue)uint.MaxValue).ToString());
        Assert.Equal("-9223372036854775808", ((RedisValue)long.MinValue).ToString());
        Assert.Equal("18446744073709551615", ((RedisValue)ulong.MaxValue).ToString());
        Assert.Equal("1.5", ((RedisValue)1.5).ToString());
        Assert.Equal("1", ((RedisValue)true).ToString());
        Assert.Equal("0", ((RedisValue)false).ToString());
        Assert.Equal("", default(RedisValue).ToString());
    }

    [Fact]
    public void Null_is_no_value()
    {
        Assert.Throws<ArgumentNullException>(() => (RedisValue)(string)null!);
        Assert.Throws<ArgumentNullException>(() => (RedisValue)(byte[])null!);
    }
}
