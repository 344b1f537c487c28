using System.Text;
using BenchmarkDotNet.Attributes;
using TypedRedis.Benchmarks.Cases;
using TypedRedis.Protocol;

namespace TypedRedis.Benchmarks.Micro;

/// <summary>Finding the end of one reply and decoding it, by its shape.</summary>
public class DecodingBenchmarks
{
    private static readonly byte[] s_ok = "+OK\r\n"u8.ToArray();
    private static readonly byte[] s_number = ":1234567890\r\n"u8.ToArray();
    private static readonly byte[] s_null = "_\r\n"u8.ToArray();
    private static readonly byte[] s_double = ",3.14159\r\n"u8.ToArray();
    private static readonly byte[] s_bulk = Encode($"${DataSet.ValueLength}\r\n{DataSet.Read.Texts[0]}\r\n");
    private static readonly byte[] s_kilobyte = Encode($"$1024\r\n{DataSet.Kilobyte.Texts[0]}\r\n");
    private static readonly byte[] s_hundred = Encode($"*100\r\n{string.Concat(DataSet.OneSlot.Texts.Select(text => $"${text.Length}\r\n{text}\r\n"))}");
    private static readonly byte[] s_map = Encode($"%10\r\n{string.Concat(DataSet.Read.Keys.Take(10).Select(key => $"$16\r\n{key}\r\n$16\r\n{key}\r\n"))}");

    private static readonly ReplyDecoder<string?[]> s_strings = Reply.Array(Reply.StringOrNull);
    private static readonly ReplyDecoder<Dictionary<string, string>> s_dictionary = Reply.Dictionary(Reply.String, Reply.String);

    private RespScanner _scanner = new(RespLimits.Default);

    [Benchmark]
    public int FindEndOfBulk() => FindEnd(s_bulk);

    [Benchmark]
    public int FindEndOfHundred() => FindEnd(s_hundred);

    [Benchmark]
    public bool Ok() => Decode(s_ok, Reply.Boolean);

    [Benchmark]
    public long Number() => Decode(s_number, Reply.Int64);

    [Benchmark]
    public double FloatingPoint() => Decode(s_double, Reply.Double);

    [Benchmark]
    public string? Null() => Decode(s_null, Reply.StringOrNull);

    [Benchmark]
    public string? Text() => Decode(s_bulk, Reply.StringOrNull);

    [Benchmark]
    public string? KilobyteOfText() => Decode(s_kilobyte, Reply.StringOrNull);

    [Benchmark]
    public byte[] Bytes() => Decode(s_bulk, Reply.Bytes);

    [Benchmark]
    public int Lease()
    {
        using RedisLease lease = Decode(s_bulk, Reply.Lease);
        return lease.Length;
    }

    [Benchmark]
    public string?[] HundredTexts() => Decode(s_hundred, s_strings);

    [Benchmark]
    public Dictionary<string, string> Map() => Decode(s_map, s_dictionary);

    [Benchmark]
    public RespValue Tree() => Decode(s_map, Reply.Value);

    private T Decode<T>(byte[] reply, ReplyDecoder<T> decoder)
    {
        var reader = new RespReader(reply.AsSpan(0, FindEnd(reply)));
        return decoder.DecodeNext(ref reader);
    }

    private int FindEnd(byte[] reply)
    {
        _ = _scanner.TryFindEnd(reply, out int length);
        return length;
    }

    private static byte[] Encode(string text) => Encoding.ASCII.GetBytes(text);
}
