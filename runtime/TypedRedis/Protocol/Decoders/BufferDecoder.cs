namespace TypedRedis.Protocol;

/// <summary>Copies one bulk reply into a caller's buffer; the value is its length, −1 for null. Unlike other decoders it is for one call only.</summary>
internal sealed class BufferDecoder(Memory<byte> destination) : ReplyDecoder<int>
{
    public override int Decode(ref RespReader reader)
    {
        if (reader.IsNull)
        {
            return -1;
        }

        ReadOnlySpan<byte> bytes = reader.GetBytes();
        if (bytes.Length > destination.Length)
        {
            throw new RedisReplyException($"The reply has {bytes.Length} bytes; the buffer given has {destination.Length}.");
        }

        bytes.CopyTo(destination.Span);
        return bytes.Length;
    }
}
