namespace TypedRedis.Protocol;

/// <summary>Copies a whole reply as the server sent it, to be read later.</summary>
internal sealed class UndecodedDecoder : ReplyDecoder<byte[]>
{
    public static UndecodedDecoder Instance { get; } = new();

    public override byte[] Decode(ref RespReader reader) => reader.Reply.ToArray();
}
