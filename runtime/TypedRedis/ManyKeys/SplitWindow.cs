using System.Buffers;
using TypedRedis.Buffers;
using TypedRedis.Protocol;

namespace TypedRedis.ManyKeys;

/// <summary>
/// Encoded items, grouped by the buckets of their keys, such as slots, in the order in which these first came; a bucket with more than 1,024 has several
/// groups. A call with very many items goes through windows, one after the other, so that its memory does not grow with their number.
/// Windows are used again.
/// </summary>
internal sealed class SplitWindow : IDisposable
{
    // Enough for each of some thousand buckets to get more than one item; beyond it, more would only take memory.
    private const int MostItems = 16 * 1024;
    private const int MostBytes = 4 * 1024 * 1024;

    // A server does nothing else while it executes a command.
    private const int MostItemsOfCommand = 1024;
    private const int None = -1;

    // A window with more is left to the garbage collector: what its groups take does not shrink.
    private const int MostGroupsKept = 1024;

    private readonly Dictionary<int, int> _groupOfBucket = [];
    private readonly List<SplitGroup> _groups = [];
    private Item[] _items = [];
    private byte[] _bytes = [];
    private int _length;

    private SplitWindow()
    {
    }

    /// <summary>How many items there are.</summary>
    public int Count { get; private set; }

    /// <summary>Whether further items belong to the next window.</summary>
    public bool IsFull => Count >= MostItems || _length >= MostBytes;

    /// <summary>The items of each bucket.</summary>
    public IReadOnlyList<SplitGroup> Groups => _groups;

    /// <summary>An empty window, to be disposed.</summary>
    public static SplitWindow Rent() => ObjectCache<SplitWindow>.TryTake() ?? new SplitWindow();

    /// <summary>Appends an item.</summary>
    /// <param name="arguments">Its encoded arguments.</param>
    /// <param name="bucket">Bucket of its key; −1 if the client does not route by keys.</param>
    public void Add(ReadOnlySpan<byte> arguments, int bucket)
    {
        Grow(arguments.Length);
        arguments.CopyTo(_bytes.AsSpan(_length));
        _items[Count] = new Item(_length, arguments.Length) { Next = None };
        _length += arguments.Length;
        if (_groupOfBucket.TryGetValue(bucket, out int number) && _groups[number] is { Count: < MostItemsOfCommand } group)
        {
            _items[group.Last].Next = Count;
            _groups[number] = group with { Last = Count, Count = group.Count + 1, Length = group.Length + arguments.Length };
        }
        else
        {
            _groupOfBucket[bucket] = _groups.Count;
            _groups.Add(new SplitGroup(bucket, Count, Count, 1, arguments.Length));
        }

        Count++;
    }

    /// <summary>Makes groups of one item each of a group's items.</summary>
    /// <param name="group">The group.</param>
    /// <param name="overwritten">Keys whose items are left out, since later ones have been executed; null if there are none.</param>
    public void SplitUp(int group, HashSet<RedisKey>? overwritten)
    {
        SplitGroup whole = _groups[group];
        int item = whole.First;
        for (int i = 0; i < whole.Count; i++)
        {
            if (overwritten?.Contains(KeyOf(item)) is not true)
            {
                _groups.Add(new SplitGroup(whole.Bucket, item, item, 1, _items[item].Length));
            }

            item = NextOf(item);
        }
    }

    /// <summary>The item of the same bucket that comes after one.</summary>
    public int NextOf(int item) => _items[item].Next;

    /// <summary>An item's encoded arguments.</summary>
    public ReadOnlySpan<byte> ArgumentsOf(int item) => _bytes.AsSpan(_items[item].Offset, _items[item].Length);

    /// <summary>An item's key.</summary>
    public RedisKey KeyOf(int item)
    {
        var reader = new RespReader(ArgumentsOf(item));
        reader.Read();
        return reader.Content.ToArray();
    }

    /// <summary>Forgets all items.</summary>
    public void Clear()
    {
        _groupOfBucket.Clear();
        _groups.Clear();
        _length = 0;
        Count = 0;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        int groups = _groups.Count;
        Clear();
        // Empty ones the pools leave alone.
        ArrayPool<Item>.Shared.Return(_items);
        _items = [];
        ByteArrays.Shared.Return(_bytes);
        _bytes = [];

        if (groups <= MostGroupsKept)
        {
            ObjectCache<SplitWindow>.Return(this);
        }
    }

    private void Grow(int length)
    {
        if (Count == _items.Length)
        {
            Item[] larger = ArrayPool<Item>.Shared.Rent(Math.Max(128, Count * 2));
            _items.AsSpan(0, Count).CopyTo(larger);
            ArrayPool<Item>.Shared.Return(_items);
            _items = larger;
        }

        if (_bytes.Length - _length < length)
        {
            byte[] larger = ByteArrays.Shared.Rent((int)Math.Min(Math.Max((long)_length + length, Math.Max(4096, _bytes.Length * 2L)), Array.MaxLength));
            _bytes.AsSpan(0, _length).CopyTo(larger);
            ByteArrays.Shared.Return(_bytes);
            _bytes = larger;
        }
    }

    private record struct Item(int Offset, int Length)
    {
        public int Next { get; set; }
    }
}

/// <summary>Items of one bucket, which one command asks for.</summary>
/// <param name="Bucket">The bucket; −1 if the client does not route by keys.</param>
/// <param name="First">Place of the first item in its window.</param>
/// <param name="Last">Place of the last one.</param>
/// <param name="Count">How many items.</param>
/// <param name="Length">Bytes of their arguments.</param>
internal readonly record struct SplitGroup(int Bucket, int First, int Last, int Count, int Length);
