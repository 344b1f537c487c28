using System.Threading.Tasks;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>A pending command of which the reply goes into the caller's buffer. The result is its length, −1 for null.</summary>
internal sealed class PendingBufferReply : PendingReply<int>
{
    private Memory<byte> _destination;

    public static PendingBufferReply Rent(CommandInfo command, int slot, long deadline, Memory<byte> destination)
    {
        PendingBufferReply reply = ObjectCache<PendingBufferReply>.TryTake() ?? new PendingBufferReply();
        reply._destination = destination;
        reply.Begin(command, slot, deadline);
        return reply;
    }

    protected override void DecodeResult(ref RespReader reader)
    {
        if (reader.IsNull)
        {
            StoreResult(-1);
            return;
        }

        ReadOnlySpan<byte> bytes = reader.GetBytes();
        if (bytes.Length > _destination.Length)
        {
            throw new RedisReplyException($"The reply has {bytes.Length} bytes; the buffer given has {_destination.Length}.");
        }

        bytes.CopyTo(_destination.Span);
        StoreResult(bytes.Length);
    }

    protected override void Recycle()
    {
        _destination = default;
        ObjectCache<PendingBufferReply>.Return(this);
    }
}
