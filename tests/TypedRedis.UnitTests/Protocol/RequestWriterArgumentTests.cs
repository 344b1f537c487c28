using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Protocol;

public class RequestWriterArgumentTests
{
    [Theory]
    [InlineData("", "$0\r\n\r\n")]
    [InlineData("a", "$1\r\na\r\n")]
    [InlineData("a\r\nb", "$4\r\na\r\nb\r\n")]
    [InlineData("hello world", "$11\r\nhello world\r\n")]
    public void Ascii_text_is_its_bytes(string value, string expected) =>
        Assert.Equal(expected, Encoded.By((ref RequestWriter writer) => writer.WriteArgument(value)));

    [Theory]
    [InlineData("é", 2)]
    [InlineData("€", 3)]
    [InlineData("😀", 4)]
    // The length changes from one digit to two, and from two to three, only once it is encoded.
    [InlineData("ééééé", 10)]
    [InlineData("aaaaaaaaé", 10)]
    [InlineData("€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€€", 102)]
    public void Text_of_several_bytes_a_character_has_its_length_in_bytes(string value, int length)
    {
        byte[] expected = [.. Encoding.ASCII.GetBytes($"${length}\r\n"), .. Encoding.UTF8.GetBytes(value), .. "\r\n"u8];
        Assert.Equal(expected, Encoded.BytesBy((ref RequestWriter writer) => writer.WriteArgument(value)));
    }

    [Fact]
    public void Text_of_every_length_up_to_past_the_buffer_is_encoded_right()
    {
        foreach (int length in (int[])[9, 10, 99, 100, 999, 1000, 4095, 4096, 4097, 5461, 5462, 9999, 10000, 16_383, 16_384, 16_385, 100_000])
        {
            foreach (char character in "x€")
            {
                string value = new(character, length);
                byte[] bytes = Encoding.UTF8.GetBytes(value);
                byte[] expected = [.. Encoding.ASCII.GetBytes($"${bytes.Length}\r\n"), .. bytes, .. "\r\n"u8];
                Assert.True(expected.AsSpan().SequenceEqual(Encoded.BytesBy((ref RequestWriter writer) => writer.WriteArgument(value))), $"{length} × {character}");
            }
        }
    }

    [Fact]
    public void Bytes_are_sent_as_they_are()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        string expected = "$256\r\n" + Encoded.Latin1(all) + "\r\n";
        Assert.Equal(expected, Encoded.By((ref RequestWriter writer) => writer.WriteArgument(all)));
        Assert.Equal(expected, Encoded.By((ref RequestWriter writer) => writer.WriteArgument((ReadOnlyMemory<byte>)all)));
        Assert.Equal(expected, Encoded.By((ref RequestWriter writer) => writer.WriteArgument(all.AsMemory())));
        Assert.Equal(expected, Encoded.By((ref RequestWriter writer) => writer.WriteArgument(all.AsSpan())));
        Assert.Equal("$0\r\n\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteArgument(Array.Empty<byte>())));
    }

    [Fact]
    public void Bytes_of_64_megabytes_are_sent_whole()
    {
        byte[] value = new byte[64 * 1024 * 1024];
        new Random(1).NextBytes(value);
        var writer = new RequestWriter(SlotHasher.Instance, "*2\r\n$4\r\nECHO\r\n"u8);
        writer.WriteArgument(value);
        byte[] head = Encoded.Bytes("*2\r\n$4\r\nECHO\r\n$67108864\r\n");
        Assert.True(writer.Frame.StartsWith(head));
        Assert.True(writer.Frame[head.Length..^2].SequenceEqual(value));
        Assert.True(writer.Frame.EndsWith("\r\n"u8));
        writer.Release();
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(9, "9")]
    [InlineData(10, "10")]
    [InlineData(-1, "-1")]
    [InlineData(-9, "-9")]
    [InlineData(1_000_000_000, "1000000000")]
    [InlineData(int.MaxValue, "2147483647")]
    [InlineData(int.MinValue, "-2147483648")]
    [InlineData(long.MaxValue, "9223372036854775807")]
    [InlineData(long.MinValue, "-9223372036854775808")]
    public void Signed_numbers_are_decimal_text(long value, string text)
    {
        string expected = $"${text.Length}\r\n{text}\r\n";
        Assert.Equal(expected, Encoded.By((ref RequestWriter writer) => writer.WriteArgument(value)));
        Assert.Equal(expected, Encoded.By((ref RequestWriter writer) => writer.WriteArgument((RedisValue)value)));
        if (value == (int)value)
        {
            Assert.Equal(expected, Encoded.By((ref RequestWriter writer) => writer.WriteArgument((int)value)));
        }
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(9UL)]
    [InlineData(10UL)]
    [InlineData((ulong)uint.MaxValue)]
    [InlineData(ulong.MaxValue)]
    public void Unsigned_numbers_are_decimal_text(ulong value)
    {
        string text = value.ToString(CultureInfo.InvariantCulture);
        string expected = $"${text.Length}\r\n{text}\r\n";
        Assert.Equal(expected, Encoded.By((ref RequestWriter writer) => writer.WriteArgument(value)));
        Assert.Equal(expected, Encoded.By((ref RequestWriter writer) => writer.WriteArgument((RedisValue)value)));
        if (value <= uint.MaxValue)
        {
            Assert.Equal(expected, Encoded.By((ref RequestWriter writer) => writer.WriteArgument((uint)value)));
        }
    }

    [Theory]
    [InlineData(0.0, "0")]
    [InlineData(1.5, "1.5")]
    [InlineData(-0.1, "-0.1")]
    [InlineData(1e300, "1E+300")]
    [InlineData(double.PositiveInfinity, "inf")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void Doubles_are_the_shortest_text_that_the_server_reads(double value, string text)
    {
        string expected = $"${text.Length}\r\n{text}\r\n";
        Assert.Equal(expected, Encoded.By((ref RequestWriter writer) => writer.WriteArgument(value)));
        Assert.Equal(expected, Encoded.By((ref RequestWriter writer) => writer.WriteArgument((RedisValue)value)));
    }

    [Theory]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    [InlineData(Math.PI)]
    public void Doubles_read_back_the_same(double value)
    {
        string written = Encoded.By((ref RequestWriter writer) => writer.WriteArgument(value)).Split("\r\n")[1];
        Assert.Equal(value, double.Parse(written, CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Floats_are_written_with_their_own_precision()
    {
        Assert.Equal("$3\r\n0.1\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteArgument(0.1f)));
        Assert.Equal("$4\r\n-inf\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteArgument(float.NegativeInfinity)));
        Assert.Equal("$3\r\ninf\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteArgument(float.PositiveInfinity)));
    }

    [Fact]
    public void Booleans_are_one_and_zero()
    {
        Assert.Equal("$1\r\n1\r\n$1\r\n0\r\n", Encoded.By((ref RequestWriter writer) =>
        {
            writer.WriteArgument(true);
            writer.WriteArgument(false);
        }));
        Assert.Equal("$1\r\n1\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteArgument((RedisValue)true)));
    }

    [Fact]
    public void Keys_and_values_are_written_as_what_they_hold()
    {
        Assert.Equal("$2\r\nab\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteArgument((RedisKey)"ab")));
        Assert.Equal("$2\r\nab\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteArgument((RedisKey)"ab"u8.ToArray())));
        Assert.Equal("$2\r\nab\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteArgument((RedisValue)"ab")));
        Assert.Equal("$2\r\nab\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteArgument((RedisValue)"ab"u8.ToArray())));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(TimeSpan.TicksPerMillisecond, 1, 1)]
    [InlineData(TimeSpan.TicksPerMillisecond + 1, 2, 1)]
    [InlineData(TimeSpan.TicksPerSecond, 1000, 1)]
    [InlineData(TimeSpan.TicksPerSecond + 1, 1001, 2)]
    [InlineData(long.MaxValue, 922337203685478, 922337203686)]
    public void Times_are_rounded_up(long ticks, long milliseconds, long seconds)
    {
        var time = new TimeSpan(ticks);
        Assert.Equal(Number(milliseconds), Encoded.By((ref RequestWriter writer) => writer.WriteMilliseconds(time)));
        Assert.Equal(Number(seconds), Encoded.By((ref RequestWriter writer) => writer.WriteSeconds(time)));
        if (ticks < TimeSpan.TicksPerDay)
        {
            Assert.Equal(Number(milliseconds), Encoded.By((ref RequestWriter writer) => writer.WriteUnixMilliseconds(DateTimeOffset.UnixEpoch + time)));
            Assert.Equal(Number(seconds), Encoded.By((ref RequestWriter writer) => writer.WriteUnixSeconds(DateTimeOffset.UnixEpoch + time)));
        }
    }

    [Fact]
    public void Moments_count_from_1970_in_utc()
    {
        var moment = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2));
        Assert.Equal(Number(moment.ToUnixTimeSeconds()), Encoded.By((ref RequestWriter writer) => writer.WriteUnixSeconds(moment)));
        Assert.Equal(Number(moment.ToUnixTimeMilliseconds()), Encoded.By((ref RequestWriter writer) => writer.WriteUnixMilliseconds(moment)));
    }

    [Fact]
    public void Negative_times_are_refused_and_not_shown()
    {
        var before = DateTimeOffset.UnixEpoch.AddTicks(-1);
        foreach (Writing write in (Writing[])
            [
                (ref RequestWriter writer) => writer.WriteSeconds(new TimeSpan(-1)),
                (ref RequestWriter writer) => writer.WriteMilliseconds(new TimeSpan(-1)),
                (ref RequestWriter writer) => writer.WriteUnixSeconds(before),
                (ref RequestWriter writer) => writer.WriteUnixMilliseconds(before),
            ])
        {
            ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => Encoded.By(write));
            Assert.Null(error.ActualValue);
        }
    }

    [Fact]
    public void Null_is_refused()
    {
        Assert.Throws<ArgumentNullException>(() => Encoded.By((ref RequestWriter writer) => writer.WriteArgument((string)null!)));
        Assert.Throws<ArgumentNullException>(() => Encoded.By((ref RequestWriter writer) => writer.WriteArgument((byte[])null!)));
        Assert.Throws<ArgumentNullException>(() => Encoded.By((ref RequestWriter writer) => writer.WriteKey((string)null!)));
        Assert.Throws<ArgumentNullException>(() => Encoded.By((ref RequestWriter writer) => writer.WriteKey((byte[])null!)));
        Assert.Throws<ArgumentNullException>(() => Encoded.By((ref RequestWriter writer) => writer.WriteConverted(1, null!)));
    }

    [Fact]
    public void Formattables_are_their_invariant_text()
    {
        var id = new Guid("01234567-89ab-cdef-0123-456789abcdef");
        Assert.Equal("$36\r\n01234567-89ab-cdef-0123-456789abcdef\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteFormattable(id)));
        Assert.Equal("$5\r\n-12.5\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteFormattable(-12.5m)));
        Assert.Equal("$1\r\nx\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteFormattable('x')));
        Assert.Equal("$0\r\n\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteFormattable(new Wide(0))));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(100)]
    [InlineData(16_000)]
    [InlineData(200_000)]
    public void Formattables_of_any_length_find_room(int length)
    {
        string expected = $"${length}\r\n{new string('w', length)}\r\n$1\r\n7\r\n";
        Assert.Equal(expected, Encoded.By((ref RequestWriter writer) =>
        {
            writer.WriteFormattable(new Wide(length));
            writer.WriteArgument(7);
        }));
    }

    [Fact]
    public void Converters_write_the_bytes_of_one_argument()
    {
        Assert.Equal("$4\r\n\u0001\u0002\u0003\u0004\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteConverted(0x01020304, new BigEndianConverter())));
        Assert.Equal("$4\r\n\0\0\0\u0009\r\n$4\r\n\0\0\0\u0008\r\n", Encoded.By((ref RequestWriter writer) =>
        {
            writer.WriteConverted(9, new BigEndianConverter());
            writer.WriteConverted(8, new BigEndianConverter());
        }));
    }

    [Fact]
    public void Converter_that_fails_leaves_nothing_for_the_next()
    {
        Assert.Throws<InvalidOperationException>(() => Encoded.By((ref RequestWriter writer) => writer.WriteConverted(1, new FailingConverter())));
        Assert.Equal("$4\r\n\0\0\0\u0009\r\n", Encoded.By((ref RequestWriter writer) => writer.WriteConverted(9, new BigEndianConverter())));
    }

    [Fact]
    public void Frame_begins_with_the_words_given()
    {
        var writer = new RequestWriter(hasher: null, "*2\r\n$3\r\nGET\r\n"u8);
        writer.WriteKey("k");
        Assert.Equal("*2\r\n$3\r\nGET\r\n$1\r\nk\r\n", Encoded.Latin1(writer.Frame));
        writer.Release();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(1_000_000)]
    public void Frame_of_variable_length_begins_with_its_count(int count)
    {
        var writer = new RequestWriter(hasher: null, count, "$4\r\nMGET\r\n"u8);
        writer.WriteEncoded("$1\r\nk\r\n"u8);
        Assert.Equal($"*{count}\r\n$4\r\nMGET\r\n$1\r\nk\r\n", Encoded.Latin1(writer.Frame));
        writer.Release();
    }

    private static string Number(long value) => $"${value.ToString(CultureInfo.InvariantCulture).Length}\r\n{value}\r\n";

    /// <summary>Needs exactly as many bytes as it was told to.</summary>
    private readonly struct Wide(int length) : IUtf8SpanFormattable
    {
        public bool TryFormat(Span<byte> utf8Destination, out int bytesWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
        {
            bytesWritten = 0;
            if (utf8Destination.Length < length)
            {
                return false;
            }

            utf8Destination[..length].Fill((byte)'w');
            bytesWritten = length;
            return true;
        }
    }

    private sealed class BigEndianConverter : IRedisValueConverter<int>
    {
        public void Write(int value, IBufferWriter<byte> output)
        {
            BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(4), value);
            output.Advance(4);
        }

        public int Read(ReadOnlySpan<byte> payload) => BinaryPrimitives.ReadInt32BigEndian(payload);
    }

    private sealed class FailingConverter : IRedisValueConverter<int>
    {
        public void Write(int value, IBufferWriter<byte> output)
        {
            output.Write("half a value"u8);
            throw new InvalidOperationException("cannot write");
        }

        public int Read(ReadOnlySpan<byte> payload) => 0;
    }
}
