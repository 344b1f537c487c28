namespace TypedRedis.Protocol;

internal sealed class RespValueDecoder : ReplyDecoder<RespValue>
{
    public override RespValue Decode(ref RespReader reader) => RespValue.Read(ref reader);
}
