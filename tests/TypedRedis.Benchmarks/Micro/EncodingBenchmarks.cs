using BenchmarkDotNet.Attributes;
using TypedRedis.Benchmarks.Cases;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Benchmarks.Micro;

/// <summary>Encoding one command, by its shape; keys of 16 bytes, values of 64. Yields the frame's length.</summary>
public class EncodingBenchmarks
{
    private readonly RedisKey _textKey = DataSet.Read.Keys[0];
    private readonly RedisKey _bytesKey = "key:000000000000"u8.ToArray();
    private readonly string _text = DataSet.Read.Texts[0];
    private readonly byte[] _bytes = DataSet.Read.Bytes[0];
    private readonly RedisKey[] _keys = Array.ConvertAll(DataSet.OneSlot.Keys, key => new RedisKey(key));
    private readonly TimeSpan _expiry = TimeSpan.FromMinutes(10);
    private readonly Guid _guid = Guid.NewGuid();

    /// <summary>Whether slots are computed, as in a cluster.</summary>
    [Params(false, true)]
    public bool Routes { get; set; }

    private SlotHasher? Hasher => Routes ? SlotHasher.Instance : null;

    [Benchmark]
    public int OneKeyFromText()
    {
        var request = new RequestWriter(Hasher, "*2\r\n$3\r\nGET\r\n"u8);
        request.WriteKey(_textKey);
        return End(ref request);
    }

    [Benchmark]
    public int OneKeyFromBytes()
    {
        var request = new RequestWriter(Hasher, "*2\r\n$3\r\nGET\r\n"u8);
        request.WriteKey(_bytesKey);
        return End(ref request);
    }

    [Benchmark]
    public int ConstantKey()
    {
        var request = new RequestWriter(Hasher, "*2\r\n$3\r\nGET\r\n$16\r\nkey:000000000000\r\n"u8);
        request.NoteKey("key:000000000000"u8, 42);
        return End(ref request);
    }

    [Benchmark]
    public int KeyAndText()
    {
        var request = new RequestWriter(Hasher, "*3\r\n$3\r\nSET\r\n"u8);
        request.WriteKey(_textKey);
        request.WriteArgument(_text);
        return End(ref request);
    }

    [Benchmark]
    public int KeyAndBytes()
    {
        var request = new RequestWriter(Hasher, "*3\r\n$3\r\nSET\r\n"u8);
        request.WriteKey(_bytesKey);
        request.WriteArgument(_bytes);
        return End(ref request);
    }

    [Benchmark]
    public int KeyAndNumber()
    {
        var request = new RequestWriter(Hasher, "*3\r\n$6\r\nINCRBY\r\n"u8);
        request.WriteKey(_textKey);
        request.WriteArgument(1234567890L);
        return End(ref request);
    }

    [Benchmark]
    public int KeyTextAndExpiry()
    {
        var request = new RequestWriter(Hasher, "*5\r\n$3\r\nSET\r\n"u8);
        request.WriteKey(_textKey);
        request.WriteArgument(_text);
        request.WriteEncoded("$2\r\nEX\r\n"u8);
        request.WriteSeconds(_expiry);
        return End(ref request);
    }

    [Benchmark]
    public int KeyAndFormattable()
    {
        var request = new RequestWriter(Hasher, "*3\r\n$3\r\nSET\r\n"u8);
        request.WriteKey(_textKey);
        request.WriteFormattable(_guid);
        return End(ref request);
    }

    [Benchmark]
    public int ComposedKey()
    {
        var request = new RequestWriter(Hasher, "*2\r\n$3\r\nGET\r\n"u8);
        request.BeginArgument();
        request.Append("cart:{u:"u8);
        request.Append(123456L);
        request.Append("}"u8);
        request.EndKey();
        return End(ref request);
    }

    [Benchmark]
    public int HundredKeys()
    {
        var request = new RequestWriter(Hasher, _keys.Length + 1, "$4\r\nMGET\r\n"u8);
        foreach (RedisKey key in _keys)
        {
            request.WriteKey(key);
        }

        return End(ref request);
    }

    private static int End(ref RequestWriter request)
    {
        int length = request.Frame.Length;
        request.Release();
        return length;
    }
}
