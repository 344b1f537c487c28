using System.Buffers;

namespace TypedRedis.Connections;

/// <summary>
/// Bytes received and not yet consumed, in one piece. It grows with what arrives, never by what a server announces, and gives
/// memory back after a large reply.
/// </summary>
internal sealed class ReceiveBuffer : IDisposable
{
    private const int StandardLength = 64 * 1024;

    // Less room than this is not worth a system call.
    private const int MinRead = 4 * 1024;

    private readonly byte[] _standard = GC.AllocateUninitializedArray<byte>(StandardLength, pinned: true);
    private byte[] _bytes;
    private int _start;
    private int _end;

    public ReceiveBuffer() => _bytes = _standard;

    public ReadOnlySpan<byte> Unconsumed => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Room for the next receive.</summary>
    public Memory<byte> GetRoom()
    {
        if (_start == _end)
        {
            Replace(_standard);
        }
        else if (_bytes.Length - _end < MinRead)
        {
            MakeRoom();
        }

        return _bytes.AsMemory(_end);
    }

    public void Received(int count) => _end += count;

    public void Consume(int count) => _start += count;

    public void Dispose() => Replace(_standard);

    private void MakeRoom()
    {
        int length = _end - _start;
        if (length <= _bytes.Length / 2)
        {
            _bytes.AsSpan(_start, length).CopyTo(_bytes);
            _start = 0;
            _end = length;
            return;
        }

        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(_bytes.Length * 2L, Array.MaxLength));
        _bytes.AsSpan(_start, length).CopyTo(larger);
        Replace(larger);
        _end = length;
    }

    // Switches to another array, empty.
    private void Replace(byte[] bytes)
    {
        byte[] old = _bytes;
        _bytes = bytes;
        _start = 0;
        _end = 0;
        if (old != _standard && old != bytes)
        {
            ArrayPool<byte>.Shared.Return(old);
        }
    }
}
