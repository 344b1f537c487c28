using System.Text;
using BenchmarkDotNet.Attributes;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Benchmarks.Micro;

/// <summary>The slot of a key, by its length and whether it has a hash tag.</summary>
public class HashSlotBenchmarks
{
    private byte[] _key = [];

    [Params(4, 16, 64, 256)]
    public int KeyLength { get; set; }

    [Params(false, true)]
    public bool HasTag { get; set; }

    [GlobalSetup]
    public void CreateKey()
    {
        // With a tag, half of the key is in braces.
        string tag = HasTag ? $"{{{new string('t', (KeyLength / 2) - 1)}}}" : "";
        _key = Encoding.ASCII.GetBytes(tag.PadRight(KeyLength, 'k'));
    }

    [Benchmark]
    public int Slot() => HashSlot.Of(_key);
}
