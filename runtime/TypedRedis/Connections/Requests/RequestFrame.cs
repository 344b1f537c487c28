using TypedRedis.Buffers;

namespace TypedRedis.Connections;

/// <summary>
/// Where the bytes of a request lie: in a segment of the connection that has taken it, or in a rented array of its own, which it gives back. For the party
/// that holds the request.
/// </summary>
/// <param name="arrays">Where arrays of its own come from.</param>
internal struct RequestFrame(ByteArrays arrays)
{
    private SendSegment? _segment;
    private byte[]? _own;
    private int _offset;
    private int _length;

    /// <summary>The segment of the connection that holds the frame; null if the request keeps it itself, or none.</summary>
    public readonly SendSegment? Segment => _segment;

    /// <summary>Whether the request keeps the frame itself.</summary>
    public readonly bool IsKept => _own is not null;

    public readonly int Length => _length;

    /// <summary>Where the frame ends in its segment.</summary>
    public readonly int End => _offset + _length;

    public readonly ReadOnlySpan<byte> Bytes => (_own ?? _segment!.Buffer).AsSpan(_offset, _length);

    /// <summary>Whether bytes of the frame were given to the transport.</summary>
    public readonly bool MayHaveBeenSent => _segment is { } segment && segment.HandedOver > _offset;

    /// <summary>Notes that a connection has copied the frame; an array of its own goes back.</summary>
    public void MoveTo(SendSegment segment, int offset, int length)
    {
        byte[]? own = _own;
        _segment = segment;
        _offset = offset;
        _length = length;
        if (own is not null)
        {
            _own = null;
            arrays.Return(own);
        }
    }

    /// <summary>Keeps a copy of a frame, which may be this one.</summary>
    public void Keep(ReadOnlySpan<byte> frame)
    {
        byte[] copy = arrays.Rent(frame.Length);
        frame.CopyTo(copy);
        TakeOver(copy, frame.Length);
    }

    /// <summary>Takes over a rented array that begins with a frame.</summary>
    public void TakeOver(byte[] array, int length)
    {
        Release();
        _own = array;
        _offset = 0;
        _length = length;
    }

    /// <summary>Forgets the bytes; an array of its own goes back.</summary>
    public void Release()
    {
        byte[]? own = _own;
        _segment = null;
        if (own is not null)
        {
            _own = null;
            arrays.Return(own);
        }
    }
}
