using System.Text;

namespace TypedRedis.UnitTests.Values;

public class RedisKeyTests
{
    [Fact]
    public void Text_and_its_utf8_bytes_are_the_same_key()
    {
        RedisKey text = "clé";
        RedisKey bytes = "clé"u8.ToArray();
        RedisKey memory = (ReadOnlyMemory<byte>)"clé"u8.ToArray();
        Assert.True(text == bytes);
        Assert.True(bytes == memory);
        Assert.True(text.Equals((object)memory));
        Assert.Equal(text.GetHashCode(), bytes.GetHashCode());
        Assert.Equal("clé"u8.ToArray(), text.ToArray());
        Assert.Equal("clé", bytes.ToString());
        Assert.Single(new HashSet<RedisKey> { text, bytes, memory });
    }

    [Fact]
    public void Different_bytes_are_different_keys()
    {
        Assert.True((RedisKey)"a" != "b");
        Assert.True((RedisKey)"a" != "b"u8.ToArray());
        Assert.True((RedisKey)"a"u8.ToArray() != "A"u8.ToArray());
        Assert.False(((RedisKey)"a").Equals((object)"a"));
    }

    [Fact]
    public void Default_key_is_the_empty_key()
    {
        Assert.True(default == (RedisKey)"");
        Assert.Equal(default(RedisKey).GetHashCode(), ((RedisKey)"").GetHashCode());
        Assert.Empty(default(RedisKey).ToArray());
        Assert.Equal("", default(RedisKey).ToString());
    }

    [Fact]
    public void Null_is_no_key()
    {
        Assert.Throws<ArgumentNullException>(() => (RedisKey)(string)null!);
        Assert.Throws<ArgumentNullException>(() => (RedisKey)(byte[])null!);
    }

    [Fact]
    public void Bytes_that_are_no_text_stay_as_they_are()
    {
        byte[] bytes = [0xFF, 0x00, 0xFE];
        Assert.Equal(bytes, ((RedisKey)bytes).ToArray());
        Assert.True((RedisKey)bytes != Encoding.UTF8.GetString(bytes));
    }
}
