using System.Text;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>Arguments that would arrive as something else, or not at all, are refused by the name that the caller gave them.</summary>
public class UnsendableArgumentTests
{
    private const char HalfSurrogate = '\ud83d';

    [Fact]
    public void Key_that_was_never_assigned_is_refused()
    {
        AssertRefused("cart", (ref RequestWriter writer, RedisKey cart) => writer.WriteKey(cart), default);
        AssertRefused("cart", (ref RequestWriter writer, RedisKey cart) => writer.WriteArgument(cart), default);
        AssertRefused("cart", (ref RequestWriter writer, RedisKey cart) => writer.AppendKey(cart), default);
        AssertRefused("cart", (ref RequestWriter writer, RedisKey cart) => writer.RequireTagContent(cart), default);
        Assert.Equal("key", Assert.Throws<ArgumentException>(() => new RawCommand("GET").Key(default)).ParamName);
    }

    [Fact]
    public void Value_that_was_never_assigned_is_refused()
    {
        AssertRefused("price", (ref RequestWriter writer, RedisValue price) => writer.WriteArgument(price), default);
        Assert.Equal("value", Assert.Throws<ArgumentException>(() => new RawCommand("ECHO").Argument(default)).ParamName);
    }

    [Fact]
    public void Key_and_value_that_were_made_empty_are_sent()
    {
        foreach (RedisKey key in (RedisKey[])["", Array.Empty<byte>(), ReadOnlyMemory<byte>.Empty, new RedisKey(default(ReadOnlyMemory<byte>))])
        {
            Assert.Equal("$0\r\n\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteKey(key)));
            Assert.Equal("$0\r\n\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteArgument(key)));
        }

        foreach (RedisValue value in (RedisValue[])["", Array.Empty<byte>(), ReadOnlyMemory<byte>.Empty])
        {
            Assert.Equal("$0\r\n\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteArgument(value)));
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 0)]
    [InlineData(0, 3)]
    [InlineData(5000, 0)]
    [InlineData(5000, 5000)]
    public void Text_with_half_a_surrogate_pair_is_refused_since_it_would_arrive_as_other_text(int before, int behind)
    {
        string text = new string('x', before) + HalfSurrogate + new string('x', behind);
        AssertRefused("name", (ref RequestWriter writer, string name) => writer.WriteKey(name), text);
        AssertRefused("name", (ref RequestWriter writer, string name) => writer.WriteArgument(name), text);
        AssertRefused("name", (ref RequestWriter writer, RedisKey name) => writer.WriteKey(name), text);
        AssertRefused("name", (ref RequestWriter writer, RedisKey name) => writer.WriteArgument(name), text);
        AssertRefused("name", (ref RequestWriter writer, RedisKey name) => writer.AppendKey(name), text);
        AssertRefused("name", (ref RequestWriter writer, RedisValue name) => writer.WriteArgument(name), text);
        AssertRefused(
            "name",
            (ref RequestWriter writer, string name) =>
            {
                writer.BeginArgument();
                writer.Append(name);
            },
            text);
    }

    [Fact]
    public void Whole_surrogate_pairs_are_sent_whatever_the_length()
    {
        string text = string.Concat(Enumerable.Repeat("😀", 3000));
        byte[] expected = [.. "$12000\r\n"u8, .. Encoding.UTF8.GetBytes(text), .. "\r\n"u8];
        Assert.Equal(expected, Encoded.BytesBy((ref RequestWriter writer) => writer.WriteArgument(text)));
        Assert.Equal(expected, Encoded.BytesBy((ref RequestWriter writer) => writer.WriteKey(text)));
    }

    [Fact]
    public void Key_of_text_that_cannot_be_sent_has_no_bytes_and_equals_no_other()
    {
        RedisKey half = "a" + HalfSurrogate;
        Assert.Throws<ArgumentException>(() => half.ToArray());
        Assert.True(half != (RedisKey)"a\ufffd"u8.ToArray());
        Assert.True((RedisKey)"a\ufffd"u8.ToArray() != half);
        Assert.True(half == "a" + HalfSurrogate);
        Assert.Equal(half.GetHashCode(), ((RedisKey)("a" + HalfSurrogate)).GetHashCode());
    }

    [Fact]
    public void Formatter_that_never_succeeds_is_refused_by_its_type_and_is_not_given_memory_without_end()
    {
        var endless = new Endless();
        string message = AssertRefused("price", (ref RequestWriter writer, Endless price) => writer.WriteFormattable(price), endless);
        Assert.Contains(typeof(Endless).FullName!, message, StringComparison.Ordinal);
        Assert.InRange(endless.Most, 1024 * 1024, 64 * 1024 * 1024);
        AssertRefused(
            "price",
            (ref RequestWriter writer, Endless price) =>
            {
                writer.BeginArgument();
                writer.AppendFormattable(price);
            },
            endless);
    }

    private delegate void WritingOne<in T>(ref RequestWriter writer, T argument);

    private static string AssertRefused<T>(string name, WritingOne<T> write, T argument)
    {
        var error = Assert.Throws<ArgumentException>(() => Encoded.By((ref RequestWriter writer) => write(ref writer, argument)));
        Assert.Equal(name, error.ParamName);
        Assert.DoesNotContain("xxx", error.Message, StringComparison.Ordinal);
        return error.Message;
    }

    private sealed class Endless : IUtf8SpanFormattable
    {
        public int Most { get; private set; }

        public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
        {
            Most = Math.Max(Most, utf8Destination.Length);
            bytesWritten = 0;
            return false;
        }
    }
}
