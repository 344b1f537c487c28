namespace TypedRedis.Protocol;

/// <summary>Copies one bulk reply into a caller's buffer; the value is its length, −1 for null. Unlike other decoders it is for one call only.</summary>
internal sealed class BufferDecoder(Memory<byte> destination) : ReplyDecoder<int>
{
    public override int Decode(ref RespReader reader) => CallerBuffer.Copy(ref reader, destination.Span);
}
