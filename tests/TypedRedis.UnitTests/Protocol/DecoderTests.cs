using System.Buffers;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

public class DecoderTests
{
    [Theory]
    [InlineData(":1\r\n", true)]
    [InlineData(":0\r\n", false)]
    [InlineData("#t\r\n", true)]
    [InlineData("#f\r\n", false)]
    [InlineData("+OK\r\n", true)]
    [InlineData("$1\r\n1\r\n", true)]
    [InlineData("$1\r\n0\r\n", false)]
    [InlineData("$-1\r\n", false)]
    [InlineData("*-1\r\n", false)]
    [InlineData("_\r\n", false)]
    public void Boolean_is_read_from_every_shape(string wire, bool expected) => Assert.Equal(expected, Decode(wire, Reply.Boolean));

    [Theory]
    [InlineData(":42\r\n", 42)]
    [InlineData("$2\r\n42\r\n", 42)]
    [InlineData("+42\r\n", 42)]
    [InlineData(",42\r\n", 42)]
    [InlineData("(42\r\n", 42)]
    [InlineData("=6\r\ntxt:42\r\n", 42)]
    [InlineData("#t\r\n", 1)]
    [InlineData("#f\r\n", 0)]
    [InlineData(":9223372036854775807\r\n", long.MaxValue)]
    [InlineData(":-9223372036854775808\r\n", long.MinValue)]
    public void Whole_number_is_read_from_every_shape(string wire, long expected)
    {
        Assert.Equal(expected, Decode(wire, Reply.Int64));
        Assert.Equal(expected, Decode(wire, Reply.Nullable(Reply.Int64)));
        if (expected == (int)expected)
        {
            Assert.Equal((int)expected, Decode(wire, Reply.Int32));
        }
    }

    [Theory]
    [InlineData(",1.5\r\n", 1.5)]
    [InlineData("$3\r\n1.5\r\n", 1.5)]
    [InlineData(":3\r\n", 3.0)]
    [InlineData(",1e300\r\n", 1e300)]
    [InlineData(",inf\r\n", double.PositiveInfinity)]
    [InlineData("$3\r\ninf\r\n", double.PositiveInfinity)]
    [InlineData(",-inf\r\n", double.NegativeInfinity)]
    [InlineData("$4\r\n-inf\r\n", double.NegativeInfinity)]
    [InlineData(",nan\r\n", double.NaN)]
    [InlineData("$4\r\n-nan\r\n", double.NaN)]
    public void Number_is_read_from_every_shape(string wire, double expected) => Assert.Equal(expected, Decode(wire, Reply.Double));

    [Theory]
    // One character is one byte here, so this is 'é' in UTF-8.
    [InlineData("$3\r\nh\u00c3\u00a9\r\n", "hé")]
    [InlineData("$2\r\nh\u00c3\r\n", "h\uFFFD")]
    [InlineData("$2\r\nab\r\n", "ab")]
    [InlineData("+ab\r\n", "ab")]
    [InlineData("=6\r\nmkd:ab\r\n", "ab")]
    [InlineData(":12\r\n", "12")]
    [InlineData(",1.5\r\n", "1.5")]
    [InlineData("(123\r\n", "123")]
    [InlineData("$0\r\n\r\n", "")]
    public void Text_is_read_from_every_scalar(string wire, string expected)
    {
        Assert.Equal(expected, Decode(wire, Reply.String));
        Assert.Equal(expected, Decode(wire, Reply.StringOrNull));
    }

    [Fact]
    public void Bytes_are_read_in_every_form()
    {
        const string Wire = "$3\r\n\u00ff\0\r\r\n";
        byte[] expected = [0xFF, 0, (byte)'\r'];
        Assert.Equal(expected, Decode(Wire, Reply.Bytes));
        Assert.Equal(expected, Decode(Wire, Reply.BytesOrNull));
        Assert.Equal(expected, Decode(Wire, Reply.Memory).ToArray());
        using RedisLease lease = Decode(Wire, Reply.Lease);
        Assert.Equal(expected, lease.Span.ToArray());
        using RedisLease optional = Decode(Wire, Reply.LeaseOrNull)!.Value;
        Assert.Equal(expected, optional.Span.ToArray());
    }

    [Theory]
    [InlineData("$-1\r\n")]
    [InlineData("*-1\r\n")]
    [InlineData("_\r\n")]
    public void Null_of_every_form_is_null(string wire)
    {
        Assert.Null(Decode(wire, Reply.StringOrNull));
        Assert.Null(Decode(wire, Reply.BytesOrNull));
        Assert.Null(Decode(wire, Reply.LeaseOrNull));
        Assert.True(Decode(wire, Reply.Lease).IsNull);
        Assert.True(Decode(wire, Reply.Value).IsNull);
        Assert.Null(Decode(wire, Reply.Nullable(Reply.Int64)));
        Assert.Null(Decode(wire, Reply.OrNull(Reply.Array(Reply.String))));
        Assert.Null(Decode(wire, Reply.OrNull(Reply.Dictionary(Reply.String, Reply.String))));
        Assert.Null(Decode(wire, Reply.Nullable(Reply.Tuple(Reply.String, Reply.String))));
    }

    [Theory]
    [InlineData("*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\na\r\n")]
    [InlineData("~3\r\n+a\r\n+b\r\n+a\r\n")]
    [InlineData(">3\r\n+a\r\n+b\r\n+a\r\n")]
    [InlineData("|1\r\n+x\r\n*1\r\n:1\r\n*3\r\n+a\r\n|1\r\n+x\r\n:1\r\n+b\r\n+a\r\n")]
    public void Elements_are_read_from_arrays_and_sets(string wire)
    {
        Assert.Equal(["a", "b", "a"], Decode(wire, Reply.Array(Reply.String)));
        Assert.Equal(["a", "b", "a"], Decode(wire, Reply.List(Reply.String)));
        Assert.Equal(["a", "b"], Decode(wire, Reply.HashSet(Reply.String)).Order());
        Assert.Equal(("a", "b"), Decode(wire, Reply.Tuple(Reply.String, Reply.String)));
        Assert.Equal(("a", "b", "a"), Decode(wire, Reply.Tuple(Reply.String, Reply.String, Reply.String)));
    }

    [Fact]
    public void Elements_may_be_null_if_their_decoder_says_so()
    {
        const string Wire = "*3\r\n$1\r\na\r\n$-1\r\n_\r\n";
        Assert.Equal((string?[])["a", null, null], Decode(Wire, Reply.Array(Reply.StringOrNull)));
        Assert.Throws<RedisReplyException>(() => Decode(Wire, Reply.Array(Reply.String)));
    }

    [Theory]
    [InlineData("*0\r\n")]
    [InlineData("~0\r\n")]
    [InlineData("%0\r\n")]
    public void Empty_aggregates_are_empty(string wire)
    {
        Assert.Empty(Decode(wire, Reply.Array(Reply.String)));
        Assert.Empty(Decode(wire, Reply.List(Reply.String)));
        Assert.Empty(Decode(wire, Reply.HashSet(Reply.String)));
        Assert.Empty(Decode(wire, Reply.Dictionary(Reply.String, Reply.String)));
        Assert.Empty(Decode(wire, Reply.KeyValuePairs(Reply.String, Reply.String)));
        Assert.Empty(Decode(wire, Reply.Pairs(Reply.String, Reply.String)));
        Assert.Empty(Decode(wire, Reply.Value).Items);
    }

    [Theory]
    [InlineData("%2\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n:2\r\n")]
    [InlineData("*4\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n:2\r\n")]
    [InlineData("*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$1\r\n2\r\n")]
    [InlineData("*2\r\n*2\r\n$1\r\na\r\n:1\r\n*2\r\n$1\r\nb\r\n,2\r\n")]
    public void Pairs_are_read_flat_nested_and_as_a_map(string wire)
    {
        Assert.Equal(new Dictionary<string, long> { ["a"] = 1, ["b"] = 2 }, Decode(wire, Reply.Dictionary(Reply.String, Reply.Int64)));
        Assert.Equal([new("a", 1), new("b", 2)], Decode(wire, Reply.KeyValuePairs(Reply.String, Reply.Int64)));
        Assert.Equal([("a", 1), ("b", 2)], Decode(wire, Reply.Pairs(Reply.String, Reply.Int64)));
    }

    [Fact]
    public void Names_of_pairs_may_be_arrays_where_they_cannot_be_taken_for_pairs()
    {
        ReplyDecoder<(string[] First, long Second)[]> decoder = Reply.Pairs(Reply.Array(Reply.String), Reply.Int64);
        foreach (string wire in (string[])["*2\r\n*3\r\n+a\r\n+b\r\n+c\r\n:1\r\n", "*2\r\n*1\r\n+a\r\n:1\r\n", "%1\r\n*2\r\n+a\r\n+b\r\n:1\r\n"])
        {
            (string[] names, long number) = Assert.Single(Decode(wire, decoder));
            Assert.Equal("a", names[0]);
            Assert.Equal(1, number);
        }
    }

    [Fact]
    public void Last_value_of_a_repeated_key_wins() =>
        Assert.Equal(new Dictionary<string, long> { ["a"] = 2 }, Decode("*4\r\n+a\r\n:1\r\n+a\r\n:2\r\n", Reply.Dictionary(Reply.String, Reply.Int64)));

    [Fact]
    public void Map_values_may_be_aggregates_in_both_protocols()
    {
        ReplyDecoder<Dictionary<string, string[]>> decoder = Reply.Dictionary(Reply.String, Reply.Array(Reply.String));
        foreach (string wire in (string[])["%1\r\n+k\r\n*2\r\n+x\r\n+y\r\n", "*2\r\n+k\r\n*2\r\n+x\r\n+y\r\n"])
        {
            Assert.Equal(["x", "y"], Decode(wire, decoder)["k"]);
        }
    }

    [Fact]
    public void Tuples_take_what_they_name_and_pass_over_what_a_newer_server_adds()
    {
        const string Wire = "*2\r\n*7\r\n:1\r\n+two\r\n,3.5\r\n#t\r\n$4\r\nfive\r\n*1\r\n*1\r\n:6\r\n%1\r\n:7\r\n:8\r\n+after\r\n";
        var five = Reply.Tuple(Reply.Int64, Reply.String, Reply.Double, Reply.Boolean, Reply.String);
        Assert.Equal(((1L, "two", 3.5, true, "five"), "after"), Decode(Wire, Reply.Tuple(five, Reply.String)));
        var four = Reply.Tuple(Reply.Int64, Reply.String, Reply.Double, Reply.Boolean);
        Assert.Equal(((1L, "two", 3.5, true), "after"), Decode(Wire, Reply.Tuple(four, Reply.String)));
        Assert.Throws<RedisReplyException>(() => Decode("*4\r\n:1\r\n+two\r\n,3.5\r\n#t\r\n", five));
    }

    [Fact]
    public void Parsables_are_parsed_from_their_text()
    {
        Guid id = Guid.NewGuid();
        Assert.Equal(id, Decode($"$36\r\n{id}\r\n", Reply.Parsable<Guid>()));
        Assert.Equal(1.5m, Decode("$3\r\n1.5\r\n", Reply.Parsable<decimal>()));
        Assert.Equal(7, Decode(":7\r\n", Reply.Parsable<short>()));
        Assert.Same(Reply.Parsable<Guid>(), Reply.Parsable<Guid>());
        RedisReplyException failure = Assert.Throws<RedisReplyException>(() => Decode("$3\r\nabc\r\n", Reply.Parsable<Guid>()));
        Assert.Contains("Guid", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Converters_get_the_bytes_alone() =>
        Assert.Equal([5, 6], Decode("$2\r\n\u0005\u0006\r\n", Reply.Converted(new CopyingConverter())));

    [Fact]
    public void Any_reply_is_read_as_a_tree()
    {
        RespValue tree = Decode("*4\r\n:5\r\n%1\r\n+k\r\n$1\r\nv\r\n$-1\r\n-ERR no\r\n", Reply.Value);
        Assert.Equal(RespKind.Array, tree.Kind);
        Assert.Equal(5, tree[0].ToInt64());
        Assert.Equal(RespKind.Map, tree[1].Kind);
        Assert.Equal(["k", "v"], tree[1].Items.Select(item => item.ToString()));
        Assert.True(tree[2].IsNull);
        Assert.Equal(RespKind.Error, tree[3].Kind);
        Assert.Equal("[5, [k, v], , ERR no]", tree.ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => tree[4]);
        Assert.Throws<RedisReplyException>(() => tree.ToInt64());
        Assert.Throws<RedisReplyException>(() => tree[1][0].ToDouble());
    }

    [Fact]
    public void Empty_and_null_are_different_in_a_tree()
    {
        Assert.False(Decode("*0\r\n", Reply.Value).IsNull);
        Assert.False(Decode("$0\r\n\r\n", Reply.Value).IsNull);
        Assert.True(Decode("*-1\r\n", Reply.Value).IsNull);
    }

    private static T Decode<T>(string wire, ReplyDecoder<T> decoder)
    {
        byte[] bytes = Encoded.Bytes(wire);
        var scanner = new RespScanner(RespLimits.Default);
        Assert.True(scanner.TryFindEnd(bytes, out int length));
        Assert.Equal(bytes.Length, length);
        var reader = new RespReader(bytes);
        T value = decoder.DecodeNext(ref reader);
        Assert.Throws<RedisReplyException>(() => Past(bytes, decoder));
        return value;
    }

    // A decoder must end on the last element of its value: what follows is the next thing read.
    private static void Past<T>(byte[] bytes, ReplyDecoder<T> decoder)
    {
        var reader = new RespReader(bytes);
        T value = decoder.DecodeNext(ref reader);
        (value as IDisposable)?.Dispose();
        reader.Read();
    }

    private sealed class CopyingConverter : IRedisValueConverter<byte[]>
    {
        public void Write(byte[] value, IBufferWriter<byte> output) => output.Write(value);

        public byte[] Read(ReadOnlySpan<byte> payload) => payload.ToArray();
    }
}
