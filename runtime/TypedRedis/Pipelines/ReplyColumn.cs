using System.Buffers;
using TypedRedis.Protocol;

namespace TypedRedis.Pipelines;

/// <summary>Keeps the replies of a pipeline that one decoder reads, so that a command costs a place in an array and no object.</summary>
internal abstract class ReplyColumn
{
    /// <summary>How many replies there will be.</summary>
    public int Count { get; protected set; }

    /// <summary>Whether replies hold pooled memory, which is to be given back if the caller does not take them.</summary>
    public bool HoldsLeases { get; protected init; }

    /// <summary>Whether this column is for replies read by that decoder.</summary>
    public abstract bool IsFor(object? decoder);

    /// <summary>Decodes the reply the reader stands on.</summary>
    public abstract void Decode(int row, ref RespReader reader);

    /// <summary>Gives the pooled memory of a reply back; called only if there is any.</summary>
    public virtual void Release(int row)
    {
    }

    /// <summary>Forgets all replies.</summary>
    public abstract void Clear();
}

/// <summary>Replies of one type.</summary>
/// <typeparam name="T">The type.</typeparam>
internal class ReplyColumn<T> : ReplyColumn
{
    private readonly ReplyDecoder<T>? _decoder;
    private T[] _replies = [];

    /// <summary>An empty column.</summary>
    /// <param name="decoder">Reads the replies; null if a derived class does.</param>
    public ReplyColumn(ReplyDecoder<T>? decoder)
    {
        _decoder = decoder;
        HoldsLeases = decoder is { HoldsLeases: true };
    }

    public T this[int row] => _replies[row];

    public override bool IsFor(object? other) => ReferenceEquals(_decoder, other);

    /// <summary>Makes room for one more reply.</summary>
    /// <returns>Its row.</returns>
    public int Add()
    {
        if (Count == _replies.Length)
        {
            T[] larger = ArrayPool<T>.Shared.Rent(Math.Max(16, Count * 2));
            _replies.AsSpan(0, Count).CopyTo(larger);
            ReturnArray();
            _replies = larger;
        }

        return Count++;
    }

    public override void Decode(int row, ref RespReader reader) => _replies[row] = _decoder!.Decode(ref reader);

    public override void Release(int row)
    {
        _decoder!.Release(_replies[row]);
        _replies[row] = default!;
    }

    public override void Clear()
    {
        ReturnArray();
        _replies = [];
        Count = 0;
    }

    protected void Set(int row, T reply) => _replies[row] = reply;

    private void ReturnArray()
    {
        if (_replies.Length > 0)
        {
            // What it refers to must not stay alive in the pool.
            ArrayPool<T>.Shared.Return(_replies, clearArray: true);
        }
    }
}

/// <summary>Replies that go into buffers of the caller; what is kept is their length, −1 for null.</summary>
internal sealed class BufferColumn() : ReplyColumn<int>(null)
{
    private readonly List<Memory<byte>> _destinations = [];

    public override bool IsFor(object? other) => ReferenceEquals(other, this);

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
