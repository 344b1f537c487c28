using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>A reply that is put together reads back as what it was made of.</summary>
public class RespBuilderTests
{
    [Fact]
    public void Values_are_written_as_servers_do()
    {
        var builder = new RespBuilder();
        builder.Begin(RespKind.Array, 9);
        builder.Add(-12L);
        builder.Add(long.MaxValue);
        builder.Add(0.1);
        builder.Add(1e300);
        builder.Add(double.PositiveInfinity);
        builder.Add(double.NegativeInfinity);
        builder.Add(double.NaN);
        builder.Add("$1\r\nx\r\n"u8);
        builder.Begin(RespKind.Map, 0);
        Assert.Equal("*9\r\n:-12\r\n:9223372036854775807\r\n,0.1\r\n,1E+300\r\n,inf\r\n,-inf\r\n,nan\r\n$1\r\nx\r\n%0\r\n", Encoded.Latin1(builder.ToArray()));
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Number_reads_back_the_same(double value)
    {
        var builder = new RespBuilder();
        builder.Add(value);
        var reader = new RespReader(builder.ToArray());
        Assert.Equal(value, Reply.Double.DecodeNext(ref reader));
    }
}
