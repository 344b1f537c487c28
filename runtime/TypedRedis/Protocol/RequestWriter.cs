using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace TypedRedis.Protocol;

/// <summary>
/// Encodes one command straight to RESP and notes the hash slot of its keys on the way. Generated code gets one from
/// <see cref="RedisClient.BeginRequest(ReadOnlySpan{byte})"/>, writes every argument and hands it to <c>SendAsync</c>, which ends its use.
/// </summary>
/// <remarks>
/// Wire grammar: <c>*&lt;count&gt;\r\n</c>, then per argument <c>$&lt;length&gt;\r\n&lt;bytes&gt;\r\n</c>.
/// Bytes go to a buffer that belongs to the thread, so that encoding needs no lock and allocates nothing.
/// </remarks>
public ref partial struct RequestWriter
{
    // Holds nearly every command; larger ones move to a rented buffer.
    private const int ScratchLength = 16 * 1024;

    // Text of more characters is measured before it is encoded.
    private const int LongText = ScratchLength / 4;

    private const int NoSlot = -1;

    // "$" + 10 digits + CRLF before the bytes, CRLF after them.
    private const int ArgumentOverhead = 15;

    [ThreadStatic]
    private static byte[]? t_scratch;

    private readonly bool _tracksSlot;
    private byte[] _buffer;
    private int _position;
    private int _argumentStart;
    private int _slot;
    private bool _crossSlot;

    internal RequestWriter(bool tracksSlot, ReadOnlySpan<byte> frameStart)
    {
        _tracksSlot = tracksSlot;
        _slot = NoSlot;
        // Taken for the time of use: a formatter that itself sends a command finds none and gets another.
        _buffer = t_scratch ?? new byte[ScratchLength];
        t_scratch = null;
        WriteEncoded(frameStart);
    }

    internal RequestWriter(bool tracksSlot, int argumentCount, ReadOnlySpan<byte> words)
        : this(tracksSlot, default)
    {
        _buffer[0] = (byte)'*';
        _ = Utf8Formatter.TryFormat(argumentCount, _buffer.AsSpan(1), out int digits);
        _position = 1 + digits;
        EndLine();
        WriteEncoded(words);
    }

    /// <summary>The whole command as it goes over the wire.</summary>
    internal readonly ReadOnlySpan<byte> Frame => _buffer.AsSpan(0, _position);

    /// <summary>Slot of the keys, or −1 if there are none or the client does not route by slot.</summary>
    internal readonly int Slot => _slot;

    /// <summary>Whether two keys turned out to be in different slots.</summary>
    internal readonly bool IsCrossSlot => _crossSlot;

    /// <summary>Copies arguments that were encoded at compile time.</summary>
    public void WriteEncoded(ReadOnlySpan<byte> alreadyEncodedArguments)
    {
        EnsureRoom(alreadyEncodedArguments.Length);
        alreadyEncodedArguments.CopyTo(_buffer.AsSpan(_position));
        _position += alreadyEncodedArguments.Length;
    }

    /// <summary>Notes the slot of a key that is constant at compile time.</summary>
    /// <param name="slot">0 to 16383.</param>
    public void SetSlot(int slot)
    {
        if (_tracksSlot)
        {
            Track(slot);
        }
    }

    /// <summary>Gives the encoded bytes away together with their buffer, which the receiver returns to the shared pool.</summary>
    /// <returns>False if the buffer is the thread's own; the bytes must be copied then.</returns>
    internal bool TryDetach([NotNullWhen(true)] out byte[]? buffer, out int length)
    {
        length = _position;
        if (_buffer.Length == ScratchLength)
        {
            buffer = null;
            return false;
        }

        buffer = _buffer;
        _buffer = [];
        return true;
    }

    /// <summary>Ends the use of this writer and gives its buffer back.</summary>
    internal void Release()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        if (buffer.Length == ScratchLength)
        {
            t_scratch = buffer;
        }
        else if (buffer.Length > 0)
        {
            ByteArrays.Shared.Return(buffer);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EnsureRoom(int count)
    {
        if (_buffer.Length - _position < count)
        {
            Grow(count);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int count)
    {
        long needed = (long)_position + count;
        if (needed > Array.MaxLength)
        {
            throw new ArgumentException($"The command is longer than {Array.MaxLength} bytes.");
        }

        int size = (int)Math.Min(Math.Max(needed, _buffer.Length * 2L), Array.MaxLength);
        byte[] larger = ByteArrays.Shared.Rent(size);
        _buffer.AsSpan(0, _position).CopyTo(larger);
        int position = _position;
        Release();
        _buffer = larger;
        _position = position;
    }

    private void Track(int slot)
    {
        if (_slot == NoSlot)
        {
            _slot = slot;
        }
        else if (_slot != slot)
        {
            _crossSlot = true;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TrackKey(ReadOnlySpan<byte> key)
    {
        if (_tracksSlot)
        {
            Track(HashSlot.Of(key));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EndLine()
    {
        _buffer[_position] = (byte)'\r';
        _buffer[_position + 1] = (byte)'\n';
        _position += 2;
    }

    // $<length>\r\n; the caller has ensured room for it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WriteLength(int length)
    {
        Span<byte> target = _buffer.AsSpan(_position);
        target[0] = (byte)'$';
        if (length < 10)
        {
            target[1] = (byte)('0' + length);
            _position += 2;
        }
        else
        {
            _ = Utf8Formatter.TryFormat(length, target[1..], out int digits);
            _position += 1 + digits;
        }

        EndLine();
    }
}
