using System.Runtime.InteropServices;
using TypedRedis.Protocol;

namespace TypedRedis.Routing;

/// <summary>Adds up replies of keys with numbers: a map, pairs, or keys and numbers in turn. Keys keep the order in which they were first met.</summary>
internal sealed class KeyedSums
{
    private readonly List<(ReadOnlyMemory<byte> Key, long Sum)> _entries = [];
    private readonly Dictionary<ReadOnlyMemory<byte>, int> _places = new(EncodedComparer.Instance);
    private bool _isNested;

    /// <summary>The sums, in the form of the first reply.</summary>
    /// <exception cref="RedisReplyException">A reply is something else.</exception>
    public static byte[] Of(IReadOnlyList<byte[]> replies)
    {
        var sums = new KeyedSums();
        foreach (byte[] reply in replies)
        {
            sums.Add(reply);
        }

        return sums.Build((RespKind)replies[0][0] == RespKind.Map);
    }

    private void Add(byte[] reply)
    {
        var reader = new RespReader(reply);
        reader.Read();
        if (!reader.IsAggregate)
        {
            throw reader.Unexpected("keys with numbers");
        }

        for (int left = reader.Count; left > 0; left--)
        {
            int start = reader.Position;
            reader.Read();
            if (reader.IsAggregate)
            {
                _isNested = true;
                start = reader.Position;
                reader.Read();
            }
            else
            {
                // The number is the next element.
                left--;
            }

            ReadOnlyMemory<byte> key = reply.AsMemory(start..reader.Position);
            reader.Read();
            Add(key, reader.GetInt64());
        }
    }

    private void Add(ReadOnlyMemory<byte> key, long number)
    {
        ref int place = ref CollectionsMarshal.GetValueRefOrAddDefault(_places, key, out bool exists);
        if (!exists)
        {
            place = _entries.Count;
            _entries.Add((key, 0));
        }

        _entries[place] = (key, checked(_entries[place].Sum + number));
    }

    private byte[] Build(bool isMap)
    {
        var merged = new RespBuilder();
        merged.Begin(isMap ? RespKind.Map : RespKind.Array, isMap || _isNested ? _entries.Count : _entries.Count * 2);
        foreach ((ReadOnlyMemory<byte> key, long sum) in _entries)
        {
            if (_isNested)
            {
                merged.Begin(RespKind.Array, 2);
            }

            merged.Add(key.Span);
            merged.Add(sum);
        }

        return merged.ToArray();
    }
}
