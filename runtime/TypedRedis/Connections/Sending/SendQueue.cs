using TypedRedis.Buffers;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>The bytes to send, in segments. Not synchronised: its connection's lock guards every call.</summary>
internal sealed class SendQueue
{
    // 8 MiB: what 4,096 callers with values of 1 KB have in flight, twice.
    private const int MostFree = 128;

    // Enough to make a system call cheap; the server begins with them while the rest is written.
    private const int ManyCommands = 100;
    private const int ManyBytes = 32 * 1024;

    private readonly Stack<SendSegment> _free = new();
    private readonly RedisEndpoint _endpoint;
    private readonly ByteArrays _arrays;
    private readonly int _maxFree;
    private int _unsentCommands;
    private SendSegment _append;
    private SendSegment _flush;

    /// <summary>An empty queue.</summary>
    /// <param name="endpoint">Where the bytes go.</param>
    /// <param name="maxInFlightBytes">What can be in flight at once. As much, within bounds, is kept for the next time: segments are pinned, and only a full collection frees them.</param>
    /// <param name="arrays">Where the arrays of large frames come from.</param>
    public SendQueue(RedisEndpoint endpoint, long maxInFlightBytes, ByteArrays arrays)
    {
        _endpoint = endpoint;
        _arrays = arrays;
        _maxFree = (int)Math.Clamp(maxInFlightBytes / SendSegment.StandardLength, 1, MostFree);
        _append = _flush = new SendSegment(endpoint);
    }

    /// <summary>Appends a frame and notes in the request where it lies.</summary>
    public void Append(PendingRequest request, ref RequestWriter writer)
    {
        ReadOnlySpan<byte> frame = writer.Frame;
        if (frame.Length > SendSegment.StandardLength && writer.TryDetach(out byte[]? buffer, out int length))
        {
            AppendSegment(new SendSegment(_endpoint, buffer, length, ByteArrays.Shared));
            request.SetFrame(_append, 0, length);
            _unsentCommands++;
            return;
        }

        Append(request, frame);
    }

    /// <summary>Appends a copy of a frame and notes in the request where it lies.</summary>
    public void Append(PendingRequest? request, ReadOnlySpan<byte> frame)
    {
        if (_append.Room < frame.Length)
        {
            AppendSegment(frame.Length <= SendSegment.StandardLength
                ? _free.TryPop(out SendSegment? free) ? free : new SendSegment(_endpoint)
                : RentFor(frame.Length));
        }

        int offset = _append.Written;
        if (frame.Length > SendSegment.StandardLength)
        {
            // A segment of its own is counted as written when it is made.
            offset = 0;
        }
        else
        {
            _append.Written += frame.Length;
        }

        frame.CopyTo(_append.Buffer.AsSpan(offset));
        request?.SetFrame(_append, offset, frame.Length);
        _unsentCommands += request?.CommandCount ?? 1;
    }

    /// <summary>The next bytes to hand to the transport.</summary>
    /// <returns>False if all are sent.</returns>
    public bool TryTakeUnsent(out SendSegment segment, out ReadOnlyMemory<byte> bytes)
    {
        while (_flush.Sent == _flush.Written && _flush.Next is { } next)
        {
            _flush = next;
        }

        segment = _flush;
        bytes = _flush.Buffer.AsMemory(_flush.Sent, _flush.Written - _flush.Sent);
        _flush.HandedOver = _flush.Written;
        // Of those in the next segment only the bytes will count; there are few.
        _unsentCommands = 0;
        return !bytes.IsEmpty;
    }

    /// <summary>Whether anything waits to be sent.</summary>
    public bool HasUnsent => _flush.Sent != _flush.Written || _flush.Next is not null;

    /// <summary>Whether so much waits that it is not worth waiting for more.</summary>
    public bool IsLong => _unsentCommands >= ManyCommands || _flush != _append || _append.Written - _append.Sent >= ManyBytes;

    /// <summary>Takes back a segment of which all replies have arrived; a later one has been handed to the transport by then.</summary>
    public void Recycle(SendSegment segment)
    {
        if (segment.TryReset() && _free.Count < _maxFree)
        {
            _free.Push(segment);
        }
    }

    private SendSegment RentFor(int length) => new(_endpoint, _arrays.Rent(length), length, _arrays);

    private void AppendSegment(SendSegment segment)
    {
        _append.Next = segment;
        _append = segment;
    }
}
