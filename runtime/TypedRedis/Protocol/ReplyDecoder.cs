namespace TypedRedis.Protocol;

/// <summary>Turns one complete reply into a .NET value. Decoders hold no state and are shared by all calls.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public abstract class ReplyDecoder<T>
{
    /// <summary>Decodes the value that the reader read last, together with its elements.</summary>
    /// <param name="reader">Stands on the value; after the call on its last element.</param>
    /// <exception cref="RedisReplyException">The reply is of another shape.</exception>
    public abstract T Decode(ref RespReader reader);

    /// <summary>Whether values hold pooled memory, which is to be given back if nobody takes them.</summary>
    internal virtual bool HoldsLeases => false;

    /// <summary>Gives the pooled memory of a value back.</summary>
    internal virtual void Release(T value)
    {
    }

    /// <summary>Moves to the next value and decodes it.</summary>
    /// <param name="reader">Stands before the value.</param>
    public T DecodeNext(ref RespReader reader)
    {
        reader.Read();
        return Decode(ref reader);
    }
}
