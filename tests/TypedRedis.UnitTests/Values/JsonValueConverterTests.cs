using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace TypedRedis.UnitTests.Values;

public partial class JsonValueConverterTests
{
    private static readonly OrderConverter s_converter = new();

    [Fact]
    public void Value_is_stored_as_json_and_read_back()
    {
        var order = new Order("é-1", 3, ["a", "b"]);
        var output = new ArrayBufferWriter<byte>();
        s_converter.Write(order, output);
        Assert.Equal("""{"Id":"\u00E9-1","Count":3,"Tags":["a","b"]}""", Encoding.UTF8.GetString(output.WrittenSpan));
        Order read = s_converter.Read(output.WrittenSpan);
        Assert.Equal((order.Id, order.Count), (read.Id, read.Count));
        Assert.Equal(order.Tags, read.Tags);
    }

    [Fact]
    public void Large_values_are_written_whole()
    {
        var order = new Order("x", 1, [.. Enumerable.Repeat("tag", 50_000)]);
        string written = Protocol.Encoded.By((ref TypedRedis.Protocol.RequestWriter writer) => writer.WriteConverted(order, s_converter));
        byte[] payload = Encoding.UTF8.GetBytes(written[(written.IndexOf('\n', StringComparison.Ordinal) + 1)..^2]);
        Assert.Equal(50_000, s_converter.Read(payload).Tags.Length);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("[1]")]
    [InlineData("{\"Count\":\"many\"}")]
    public void Text_that_is_no_json_of_the_type_is_a_json_error(string stored) =>
        Assert.Throws<JsonException>(() => s_converter.Read(Encoding.UTF8.GetBytes(stored)));

    internal sealed record Order(string Id, int Count, string[] Tags);

    [JsonSerializable(typeof(Order))]
    private sealed partial class OrderJson : JsonSerializerContext;

    private sealed class OrderConverter() : JsonValueConverter<Order>(OrderJson.Default.Order);
}
