using System.Globalization;
using System.Text;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

public class RequestWriterComposedTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(99)]
    [InlineData(100)]
    [InlineData(999)]
    [InlineData(1000)]
    [InlineData(9999)]
    [InlineData(10_000)]
    [InlineData(99_999)]
    [InlineData(100_000)]
    public void Composed_argument_has_its_length_at_every_number_of_digits(int length)
    {
        string content = string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26))));
        string first = content[..(length / 2)];
        string second = content[(length / 2)..];
        string expected = $"$1\r\nx\r\n${length}\r\n{content}\r\n$1\r\ny\r\n";
        Assert.Equal(expected, Encoded.By((ref RequestWriter writer) =>
        {
            writer.WriteArgument("x");
            writer.BeginArgument();
            writer.Append(first);
            writer.Append(Encoding.ASCII.GetBytes(second));
            writer.EndArgument();
            writer.WriteArgument("y");
        }));
    }

    [Fact]
    public void Composed_argument_may_hold_dollars_and_line_ends()
    {
        Assert.Equal("$6\r\n$9\r\n$1\r\n$12\r\n$3\r\n$$$$$$\r\n\r\n", Encoded.By((ref RequestWriter writer) =>
        {
            writer.BeginArgument();
            writer.Append("$9\r\n$1"u8);
            writer.EndArgument();
            writer.BeginArgument();
            writer.Append("$3\r\n$$$$$$\r\n"u8);
            writer.EndArgument();
        }));
    }

    [Fact]
    public void Every_kind_of_hole_is_its_text()
    {
        Assert.Equal("$78\r\nab-1é-2147483648429496729518446744073709551615-92233720368547758081.5keykey\u0001\u0002\r\n", Encoding.UTF8.GetString(Encoded.BytesBy((ref RequestWriter writer) =>
        {
            writer.BeginArgument();
            writer.Append("ab"u8);
            writer.Append(-1);
            writer.Append("é");
            writer.Append(int.MinValue);
            writer.Append(uint.MaxValue);
            writer.Append(ulong.MaxValue);
            writer.Append(long.MinValue);
            writer.AppendFormattable(1.5m);
            writer.AppendKey("key");
            writer.AppendKey("key"u8.ToArray());
            writer.Append((ReadOnlyMemory<byte>)new byte[] { 1 });
            writer.Append([2]);
            writer.EndArgument();
        })));
    }

    [Fact]
    public void Null_holes_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => Encoded.By((ref RequestWriter writer) =>
        {
            writer.BeginArgument();
            writer.Append((string)null!);
        }));
        Assert.Throws<ArgumentNullException>(() => Encoded.By((ref RequestWriter writer) =>
        {
            writer.BeginArgument();
            writer.Append((byte[])null!);
        }));
    }

    [Fact]
    public void Argument_that_starts_at_any_place_of_the_buffer_stays_whole_while_it_grows()
    {
        // Every offset near the end of the 16 KiB buffer, so that header, content and line end each meet its end once.
        for (int before = (16 * 1024) - 160; before <= 16 * 1024; before++)
        {
            string filler = new('f', before - 10);
            string number = before.ToString(CultureInfo.InvariantCulture);
            string argument = $"<{number}:{new string('z', 100)}>";
            string expected = $"${filler.Length}\r\n{filler}\r\n${argument.Length}\r\n{argument}\r\n$2\r\n42\r\n";
            Assert.Equal(expected, Encoded.By((ref RequestWriter writer) =>
            {
                writer.WriteArgument(filler);
                writer.BeginArgument();
                writer.Append("<"u8);
                writer.Append(int.Parse(number, CultureInfo.InvariantCulture));
                writer.Append(":");
                writer.Append(new string('z', 100));
                writer.Append(">"u8);
                writer.EndArgument();
                writer.WriteArgument(42);
            }));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("}")]
    [InlineData("}a")]
    public void Hole_that_would_end_the_hash_tag_is_refused(string hole)
    {
        Assert.Throws<ArgumentException>(() => Encoded.By((ref RequestWriter writer) => writer.RequireTagContent(hole)));
        Assert.Throws<ArgumentException>(() => Encoded.By((ref RequestWriter writer) => writer.RequireTagContent(Encoding.UTF8.GetBytes(hole))));
        Assert.Throws<ArgumentException>(() => Encoded.By((ref RequestWriter writer) => writer.RequireTagContent((RedisKey)hole)));
        Assert.Throws<ArgumentException>(() => Encoded.By((ref RequestWriter writer) => writer.RequireTagContent((RedisKey)Encoding.UTF8.GetBytes(hole))));
    }

    [Theory]
    [InlineData("a")]
    [InlineData("a}")]
    [InlineData("{")]
    public void Hole_that_gives_the_hash_tag_content_is_accepted(string hole)
    {
        Assert.Empty(Encoded.By((ref RequestWriter writer) => writer.RequireTagContent(hole)));
        Assert.Empty(Encoded.By((ref RequestWriter writer) => writer.RequireTagContent((RedisKey)hole)));
    }
}
