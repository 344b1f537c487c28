using TypedRedis.Buffers;

namespace TypedRedis.Connections;

/// <summary>
/// Bytes received and not yet consumed, in one piece. It grows with what arrives, never by what a server announces, and gives
/// memory back after large replies.
/// </summary>
internal sealed class ReceiveBuffer(ByteArrays arrays) : IDisposable
{
    /// <summary>Length of the array that is never given back.</summary>
    public const int StandardLength = 64 * 1024;

    /// <summary>A longer array goes back as soon as the large reply is consumed.</summary>
    public const int MaxKeptLength = ByteArrays.MaxOrdinaryLength;

    /// <summary>An array up to <see cref="MaxKeptLength"/> goes back after so many receives in a row that the standard one would do for.</summary>
    public const int ReceivesKept = 128;

    // Less room than this is not worth a system call, and so few bytes are copied without a thought.
    private const int MinRead = 4 * 1024;

    private readonly byte[] _standard = GC.AllocateUninitializedArray<byte>(StandardLength, pinned: true);
    private byte[]? _larger;
    private int _start;
    private int _end;
    private int _smallReceives;

    public ReadOnlySpan<byte> Unconsumed => Bytes.AsSpan(_start, _end - _start);

    /// <summary>How much of what is here has been consumed; for other threads, to see that something happens.</summary>
    public int Consumed => Volatile.Read(ref _start);

    /// <summary>Bytes that fit without growing.</summary>
    public int Capacity => Bytes.Length;

    private byte[] Bytes => _larger ?? _standard;

    /// <summary>Room for the next receive.</summary>
    /// <param name="announced">Length of the reply that begins with the first unconsumed byte, as the server announced it; 0 if it did not.</param>
    public Memory<byte> GetRoom(long announced)
    {
        int length = _end - _start;
        if (_larger is not null && length <= MinRead && announced <= StandardLength
            && (_larger.Length > MaxKeptLength || _smallReceives >= ReceivesKept))
        {
            MoveTo(null);
        }
        else if (length == 0)
        {
            _start = 0;
            _end = 0;
        }
        else if (announced > 0 ? announced > Capacity - _start : Capacity - _end < MinRead)
        {
            MakeRoom(announced);
        }

        return Bytes.AsMemory(_end);
    }

    public void Received(int count)
    {
        _end += count;
        _smallReceives = _end - _start > StandardLength / 2 ? 0 : _smallReceives + 1;
    }

    public void Consume(int count) => _start += count;

    public void Dispose()
    {
        _start = _end;
        MoveTo(null);
    }

    private void MakeRoom(long announced)
    {
        int length = _end - _start;
        long wanted = announced + MinRead;
        if (announced > Capacity && wanted <= Array.MaxLength && arrays.TryTakeLarge((int)wanted) is { } kept)
        {
            // It is there anyway, so an announcement is enough, and most bytes are never copied.
            MoveTo(kept);
        }
        else if (announced > 0 && announced <= Capacity)
        {
            // Moved now, while the least of it is here.
            MoveTo(_larger);
        }
        else if (Capacity - _end >= MinRead)
        {
            return;
        }
        else if (length <= Capacity / 2)
        {
            MoveTo(_larger);
        }
        else
        {
            MoveTo(arrays.Rent(GrownLength(wanted)));
        }
    }

    // The double, or what the reply takes once about half of it is here. Below the length that is kept, room for more replies is
    // welcome.
    private int GrownLength(long wanted)
    {
        long doubled = Capacity * 2L;
        bool isExact = wanted > MaxKeptLength && wanted > Capacity && wanted <= doubled + StandardLength;
        return (int)Math.Min(isExact ? wanted : doubled, Array.MaxLength);
    }

    // Moves what is not consumed to the beginning of an array, the standard one if it is null.
    private void MoveTo(byte[]? larger)
    {
        byte[]? old = _larger;
        ReadOnlySpan<byte> unconsumed = Unconsumed;
        unconsumed.CopyTo(larger ?? _standard);
        _larger = larger;
        _start = 0;
        _end = unconsumed.Length;
        if (old is not null && old != larger)
        {
            arrays.Return(old);
        }
    }
}
