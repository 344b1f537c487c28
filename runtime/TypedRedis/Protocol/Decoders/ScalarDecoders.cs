namespace TypedRedis.Protocol;

internal sealed class BooleanDecoder : ReplyDecoder<bool>
{
    public override bool Decode(ref RespReader reader) => !reader.IsNull && reader.GetBoolean();
}

internal sealed class Int64Decoder : ReplyDecoder<long>
{
    public override long Decode(ref RespReader reader) => reader.GetInt64();
}

internal sealed class Int32Decoder : ReplyDecoder<int>
{
    public override int Decode(ref RespReader reader)
    {
        long value = reader.GetInt64();
        return value is >= int.MinValue and <= int.MaxValue
            ? (int)value
            : throw new RedisReplyException("The reply is a number that does not fit 32 bits.");
    }
}

internal sealed class DoubleDecoder : ReplyDecoder<double>
{
    public override double Decode(ref RespReader reader) => reader.GetDouble();
}

internal sealed class StringDecoder : ReplyDecoder<string>
{
    public override string Decode(ref RespReader reader) => reader.GetString();
}

internal sealed class StringOrNullDecoder : ReplyDecoder<string?>
{
    public override string? Decode(ref RespReader reader) => reader.IsNull ? null : reader.GetString();
}

internal sealed class BytesDecoder : ReplyDecoder<byte[]>
{
    public override byte[] Decode(ref RespReader reader) => reader.GetBytes().ToArray();
}

internal sealed class BytesOrNullDecoder : ReplyDecoder<byte[]?>
{
    public override byte[]? Decode(ref RespReader reader) => reader.IsNull ? null : reader.GetBytes().ToArray();
}

internal sealed class MemoryDecoder : ReplyDecoder<ReadOnlyMemory<byte>>
{
    public override ReadOnlyMemory<byte> Decode(ref RespReader reader) => reader.GetBytes().ToArray();
}

internal sealed class LeaseDecoder : ReplyDecoder<RedisLease>
{
    internal override bool HoldsLeases => true;

    public override RedisLease Decode(ref RespReader reader) => reader.IsNull ? default : RedisLease.Copy(reader.GetBytes());

    internal override void Release(RedisLease value) => value.Dispose();
}

internal sealed class ParsableDecoder<T> : ReplyDecoder<T>
    where T : IUtf8SpanParsable<T>
{
    public static readonly ParsableDecoder<T> Instance = new();

    public override T Decode(ref RespReader reader)
    {
        ReadOnlySpan<byte> text = reader.GetBytes();
        return T.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out T? value)
            ? value
            : throw new RedisReplyException($"The reply of {text.Length} bytes is not {TypeWords.Of(typeof(T))}.");
    }
}

internal sealed class ConvertedDecoder<T>(IRedisValueConverter<T> converter) : ReplyDecoder<T>
{
    public override T Decode(ref RespReader reader) => converter.Read(reader.GetBytes());
}

internal sealed class NullableDecoder<T>(ReplyDecoder<T> value) : ReplyDecoder<T?>
    where T : struct
{
    internal override bool HoldsLeases => value.HoldsLeases;

    public override T? Decode(ref RespReader reader) => reader.IsNull ? null : value.Decode(ref reader);

    internal override void Release(T? given)
    {
        if (given is { } present)
        {
            value.Release(present);
        }
    }
}

internal sealed class OrNullDecoder<T>(ReplyDecoder<T> value) : ReplyDecoder<T?>
    where T : class
{
    internal override bool HoldsLeases => value.HoldsLeases;

    public override T? Decode(ref RespReader reader) => reader.IsNull ? null : value.Decode(ref reader);

    internal override void Release(T? given)
    {
        if (given is not null)
        {
            value.Release(given);
        }
    }
}

internal sealed class IgnoredDecoder : ReplyDecoder<bool>
{
    public override bool Decode(ref RespReader reader) => true;
}

internal sealed class DoneDecoder : ReplyDecoder<Done>
{
    public override Done Decode(ref RespReader reader) => default;
}
