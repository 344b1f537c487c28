using TypedRedis.Buffers;

namespace TypedRedis.Connections;

/// <summary>
/// A piece of the send queue. Frames are appended behind each other and stay until the last reply to them has arrived, so that a
/// command that was refused can be sent again from here.
/// </summary>
internal sealed class SendSegment
{
    // Large enough that a system call carries some 1,500 short commands, small enough to stay in the second-level cache.
    public const int StandardLength = 64 * 1024;

    private readonly ByteArrays? _rentedFrom;
    private int _handedOver;

    public SendSegment(RedisEndpoint endpoint)
    {
        Endpoint = endpoint;
        // Pinned: the socket would otherwise pin it for every send.
        Buffer = GC.AllocateUninitializedArray<byte>(StandardLength, pinned: true);
    }

    /// <summary>A segment that is one large frame; the buffer goes back where it was rented.</summary>
    public SendSegment(RedisEndpoint endpoint, byte[] rented, int length, ByteArrays rentedFrom)
    {
        Endpoint = endpoint;
        Buffer = rented;
        Written = length;
        _rentedFrom = rentedFrom;
    }

    /// <summary>Where its bytes go.</summary>
    public RedisEndpoint Endpoint { get; }

    public byte[] Buffer { get; }

    public int Written { get; set; }

    /// <summary>Bytes of which the transport has finished sending.</summary>
    public int Sent { get; set; }

    /// <summary>Bytes given to the transport; what lies behind them cannot have reached the server.</summary>
    public int HandedOver
    {
        get => Volatile.Read(ref _handedOver);
        set => Volatile.Write(ref _handedOver, value);
    }

    public SendSegment? Next { get; set; }

    public int Room => _rentedFrom is not null ? 0 : Buffer.Length - Written;

    /// <summary>Makes the segment empty again; false if it was for one frame only.</summary>
    public bool TryReset()
    {
        Next = null;
        if (_rentedFrom is not null)
        {
            _rentedFrom.Return(Buffer);
            return false;
        }

        Written = 0;
        Sent = 0;
        HandedOver = 0;
        return true;
    }
}
