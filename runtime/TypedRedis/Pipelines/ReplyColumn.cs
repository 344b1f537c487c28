using System.Buffers;
using System.Runtime.CompilerServices;
using TypedRedis.Protocol;

namespace TypedRedis.Pipelines;

/// <summary>Keeps the replies of a pipeline that one decoder reads, so that a command costs a place in an array and no object.</summary>
/// <param name="decoder">Reads the replies; null if the column itself does.</param>
/// <param name="holdsLeases">Whether replies hold pooled memory.</param>
internal abstract class ReplyColumn(object? decoder, bool holdsLeases = false)
{
    /// <summary>How many replies there will be.</summary>
    public int Count { get; protected set; }

    /// <summary>Whether replies hold pooled memory, which is to be given back if the caller does not take them.</summary>
    public bool HoldsLeases { get; } = holdsLeases;

    /// <summary>Whether this column is for replies read by that decoder.</summary>
    public bool IsFor(object other) => ReferenceEquals(decoder, other);

    /// <summary>Decodes the reply the reader stands on.</summary>
    public abstract void Decode(int row, ref RespReader reader);

    /// <summary>Gives the pooled memory of a reply back; called only if there is any.</summary>
    public virtual void ReleaseLeases(int row)
    {
    }

    /// <summary>Forgets all replies, and keeps the memory.</summary>
    public abstract void Clear();

    /// <summary>Gives the memory back; to be cleared before.</summary>
    public abstract void Release();
}

/// <summary>Replies of one type.</summary>
/// <typeparam name="T">The type.</typeparam>
/// <param name="decoder">Reads them; null if a derived class does.</param>
internal class ReplyColumn<T>(ReplyDecoder<T>? decoder) : ReplyColumn(decoder, decoder is { HoldsLeases: true })
{
    private readonly ReplyDecoder<T>? _decoder = decoder;
    private T[] _replies = [];

    public T this[int row] => _replies[row];

    /// <summary>Makes room for one more reply.</summary>
    /// <returns>Its row.</returns>
    public int Add()
    {
        if (Count == _replies.Length)
        {
            Grow();
        }

        return Count++;
    }

    public override void Decode(int row, ref RespReader reader) => _replies[row] = _decoder!.Decode(ref reader);

    public override void ReleaseLeases(int row)
    {
        _decoder!.Release(_replies[row]);
        _replies[row] = default!;
    }

    public override void Clear()
    {
        if (RuntimeHelpers.IsReferenceOrContainsReferences<T>())
        {
            // What they refer to must not stay alive here, or in the pool.
            _replies.AsSpan(0, Count).Clear();
        }

        Count = 0;
    }

    public override void Release()
    {
        // An empty one the pool leaves alone.
        ArrayPool<T>.Shared.Return(_replies);
        _replies = [];
    }

    protected void Set(int row, T reply) => _replies[row] = reply;

    private void Grow()
    {
        T[] larger = ArrayPool<T>.Shared.Rent(Math.Max(16, Count * 2));
        Span<T> replies = _replies.AsSpan(0, Count);
        replies.CopyTo(larger);
        replies.Clear();
        Release();
        _replies = larger;
    }
}

/// <summary>Replies that go into buffers of the caller; what is kept is their length, −1 for null.</summary>
internal sealed class BufferColumn() : ReplyColumn<int>(null)
{
    private readonly List<Memory<byte>> _destinations = [];

    /// <summary>Makes room for one more reply.</summary>
    public int Add(Memory<byte> destination)
    {
        _destinations.Add(destination);
        return Add();
    }

    public override void Decode(int row, ref RespReader reader) => Set(row, CallerBuffer.Copy(ref reader, _destinations[row].Span));

    public override void Clear()
    {
        _destinations.Clear();
        base.Clear();
    }
}
