using System.Threading.Tasks;
using TypedRedis.Buffers;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>A pending command of which the reply goes into the caller's buffer. The result is its length, −1 for null.</summary>
internal sealed class PendingBufferReply : PendingReply<int>
{
    private Memory<byte> _destination;

    public static PendingBufferReply Rent(CommandInfo command, int bucket, long deadline, Memory<byte> destination)
    {
        PendingBufferReply reply = ObjectCache<PendingBufferReply>.TryTake() ?? new PendingBufferReply();
        reply._destination = destination;
        reply.Begin(command, bucket, deadline);
        return reply;
    }

    protected override void DecodeResult(ref RespReader reader) => StoreResult(CallerBuffer.Copy(ref reader, _destination.Span));

    protected override void Recycle()
    {
        _destination = default;
        ObjectCache<PendingBufferReply>.Return(this);
    }
}
