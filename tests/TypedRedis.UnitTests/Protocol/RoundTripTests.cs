using System.Globalization;
using System.Net;
using System.Text;
using CsCheck;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>What is written as a value is read back as the same value, in every culture.</summary>
public class RoundTripTests
{
    // Offsets are whole minutes within fourteen hours, and the moment in UTC must exist.
    private static readonly Gen<DateTimeOffset> s_moments =
        Gen.Select(
            Gen.Long[TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay],
            Gen.Int[-14 * 60, 14 * 60],
            (ticks, minutes) => new DateTimeOffset(ticks, TimeSpan.FromMinutes(minutes)));

    private static readonly CultureInfo s_other = OtherCulture();

    [Fact]
    public void A_moment() => Same(s_moments, Reply.DateTimeOffset, value => (value.Ticks, value.Offset));

    [Fact]
    public void A_date_and_time_in_utc_or_unspecified() =>
        Same(Gen.Select(Gen.DateTime, Gen.Bool, (time, isUtc) => DateTime.SpecifyKind(time, isUtc ? DateTimeKind.Utc : DateTimeKind.Unspecified)), Reply.DateTime, value => (value.Ticks, value.Kind));

    [Fact]
    public void A_local_date_and_time() =>
        Same(s_moments.Select(moment => moment.LocalDateTime), Reply.DateTime, value => (value.ToUniversalTime(), value.Kind));

    [Fact]
    public void A_date() => Same(Gen.DateOnly, Reply.DateOnly, value => value);

    [Fact]
    public void A_time_of_day() => Same(Gen.TimeOnly, Reply.TimeOnly, value => value);

    [Fact]
    public void A_span_of_time() => Same(Gen.TimeSpan, Reply.TimeSpan, value => value);

    [Fact]
    public void A_guid() => Same(Gen.Guid, Reply.Parsable<Guid>(), value => value);

    [Fact]
    public void A_decimal_with_all_its_digits() => Same(Gen.Decimal, Reply.Parsable<decimal>(), value => value.ToString(CultureInfo.InvariantCulture));

    [Fact]
    public void A_number_of_64_bits() => Same(Gen.Double, Reply.Double, BitsOf);

    [Fact]
    public void A_number_of_32_bits() => Same(Gen.Float, Reply.Single, value => BitsOf(value));

    [Fact]
    public void A_whole_number() => Same(Gen.ULong, Reply.Parsable<ulong>(), value => value);

    [Theory]
    [InlineData(double.PositiveInfinity, "inf")]
    [InlineData(double.NegativeInfinity, "-inf")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(-0.0, "-0")]
    [InlineData(double.Epsilon, "5E-324")]
    [InlineData(double.MaxValue, "1.7976931348623157E+308")]
    public void Numbers_at_the_edges(double value, string text)
    {
        Assert.Equal(text, Written(value));
        Assert.Equal(BitsOf(value), BitsOf(Read(text, Reply.Double)));
        if (double.IsInfinity(value) || double.IsNaN(value) || value == 0)
        {
            Assert.Equal(text, Written((float)value));
            Assert.Equal(BitsOf(value), BitsOf(Read(text, Reply.Single)));
        }
    }

    [Fact]
    public void Times_at_the_edges()
    {
        Assert.Equal("0001-01-01T00:00:00.0000000+00:00", Written(DateTimeOffset.MinValue));
        Assert.Equal(DateTimeOffset.MaxValue, Read(Written(DateTimeOffset.MaxValue), Reply.DateTimeOffset));
        Assert.Equal(DateTime.MinValue, Read(Written(DateTime.MinValue), Reply.DateTime));
        Assert.Equal(DateTime.MaxValue, Read(Written(DateTime.MaxValue), Reply.DateTime));
        Assert.Equal("9999-12-31", Written(DateOnly.MaxValue));
        Assert.Equal("23:59:59.9999999", Written(TimeOnly.MaxValue));
        Assert.Equal("-10675199.02:48:05.4775808", Written(TimeSpan.MinValue));
        Assert.Equal(TimeSpan.MinValue, Read(Written(TimeSpan.MinValue), Reply.TimeSpan));
    }

    [Theory]
    [InlineData("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.0000000+00:00")]
    [InlineData("2026-01-02T03:04:05", "2026-01-02T03:04:05.0000000+00:00")]
    [InlineData("2026-01-02T03:04:05.5+02:00", "2026-01-02T03:04:05.5000000+02:00")]
    public void Other_writers_may_leave_digits_and_the_offset_out(string text, string expected) =>
        Assert.Equal(expected, Written(Read(text, Reply.DateTimeOffset)));

    [Theory]
    [InlineData("soon")]
    [InlineData("")]
    [InlineData("2026-13-01T00:00:00Z")]
    [InlineData("2026-01-02T03:04:05.000000000000000000000000000000000000000000000000000000Z")]
    public void What_is_no_time_is_refused_without_repeating_it(string text)
    {
        RedisReplyException failure = Assert.Throws<RedisReplyException>(() => Read(text, Reply.DateTimeOffset));

        Assert.Equal($"The reply of {text.Length} bytes is not a DateTimeOffset.", failure.Message);
        Assert.Throws<RedisReplyException>(() => Read(text, Reply.DateTime));
        Assert.Throws<RedisReplyException>(() => Read(text, Reply.DateOnly));
        Assert.Throws<RedisReplyException>(() => Read(text, Reply.TimeOnly));
        Assert.Throws<RedisReplyException>(() => Read(text, Reply.TimeSpan));
    }

    [Fact]
    public void Types_with_a_text_of_their_own_keep_it() => Assert.Equal("127.0.0.1", Written(IPAddress.Loopback));

    private static void Same<T, TShown>(Gen<T> values, ReplyDecoder<T> decoder, Func<T, TShown> show)
        where T : IUtf8SpanFormattable
    {
        foreach (CultureInfo culture in new[] { CultureInfo.InvariantCulture, s_other })
        {
            values.Sample(
                value =>
                {
                    CultureInfo before = CultureInfo.CurrentCulture;
                    CultureInfo.CurrentCulture = culture;
                    try
                    {
                        return EqualityComparer<TShown>.Default.Equals(show(value), show(Read(Written(value), decoder)));
                    }
                    finally
                    {
                        CultureInfo.CurrentCulture = before;
                    }
                },
                iter: 1_000,
                print: value => Written(value));
        }
    }

    private static string Written<T>(T value)
        where T : IUtf8SpanFormattable
    {
        string argument = Encoding.UTF8.GetString(Encoded.BytesBy((ref RequestWriter writer) => writer.WriteFormattable(value))).Split("\r\n")[1];
        string composed = Encoding.UTF8.GetString(Encoded.BytesBy((ref RequestWriter writer) =>
        {
            writer.BeginArgument();
            writer.AppendFormattable(value);
            writer.EndArgument();
        })).Split("\r\n")[1];
        Assert.Equal(argument, composed);
        return argument;
    }

    private static T Read<T>(string text, ReplyDecoder<T> decoder)
    {
        var reader = new RespReader(Encoding.UTF8.GetBytes($"${Encoding.UTF8.GetByteCount(text)}\r\n{text}\r\n"));
        return decoder.DecodeNext(ref reader);
    }

    /// <summary>A culture with separators of its own; the tests run without those of any country.</summary>
    private static CultureInfo OtherCulture()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NegativeSign = "~";
        culture.DateTimeFormat.DateSeparator = ".";
        culture.DateTimeFormat.TimeSeparator = ";";
        culture.DateTimeFormat.ShortDatePattern = "dd.MM.yy";
        return culture;
    }

    private static long BitsOf(double value) => double.IsNaN(value) ? 0 : BitConverter.DoubleToInt64Bits(value);
}
