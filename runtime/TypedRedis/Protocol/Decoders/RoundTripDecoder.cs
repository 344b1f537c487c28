namespace TypedRedis.Protocol;

/// <summary>Reads a value from its <see cref="RoundTrip"/> text.</summary>
internal sealed class RoundTripDecoder<T>(RoundTripDecoder<T>.Parser parse) : ReplyDecoder<T>
{
    public delegate bool Parser(ReadOnlySpan<byte> text, out T value);

    public override T Decode(ref RespReader reader)
    {
        ReadOnlySpan<byte> text = reader.GetBytes();
        return parse(text, out T value) ? value : throw new RedisReplyException($"The reply of {text.Length} bytes is not {TypeWords.Of(typeof(T))}.");
    }
}
