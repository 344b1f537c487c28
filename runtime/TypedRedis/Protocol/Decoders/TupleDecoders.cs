namespace TypedRedis.Protocol;

internal sealed class TupleDecoder<T1, T2>(ReplyDecoder<T1> first, ReplyDecoder<T2> second)
    : ReplyDecoder<(T1 Item1, T2 Item2)>
{
    public override (T1 Item1, T2 Item2) Decode(ref RespReader reader)
    {
        int extra = Aggregate.Extra(ref reader, 2);
        var value = (first.DecodeNext(ref reader), second.DecodeNext(ref reader));
        Aggregate.SkipExtra(ref reader, extra);
        return value;
    }
}

internal sealed class TupleDecoder<T1, T2, T3>(ReplyDecoder<T1> first, ReplyDecoder<T2> second, ReplyDecoder<T3> third)
    : ReplyDecoder<(T1 Item1, T2 Item2, T3 Item3)>
{
    public override (T1 Item1, T2 Item2, T3 Item3) Decode(ref RespReader reader)
    {
        int extra = Aggregate.Extra(ref reader, 3);
        var value = (first.DecodeNext(ref reader), second.DecodeNext(ref reader), third.DecodeNext(ref reader));
        Aggregate.SkipExtra(ref reader, extra);
        return value;
    }
}

internal sealed class TupleDecoder<T1, T2, T3, T4>(ReplyDecoder<T1> first, ReplyDecoder<T2> second, ReplyDecoder<T3> third, ReplyDecoder<T4> fourth)
    : ReplyDecoder<(T1 Item1, T2 Item2, T3 Item3, T4 Item4)>
{
    public override (T1 Item1, T2 Item2, T3 Item3, T4 Item4) Decode(ref RespReader reader)
    {
        int extra = Aggregate.Extra(ref reader, 4);
        var value = (first.DecodeNext(ref reader), second.DecodeNext(ref reader), third.DecodeNext(ref reader), fourth.DecodeNext(ref reader));
        Aggregate.SkipExtra(ref reader, extra);
        return value;
    }
}

internal sealed class TupleDecoder<T1, T2, T3, T4, T5>(ReplyDecoder<T1> first, ReplyDecoder<T2> second, ReplyDecoder<T3> third, ReplyDecoder<T4> fourth, ReplyDecoder<T5> fifth)
    : ReplyDecoder<(T1 Item1, T2 Item2, T3 Item3, T4 Item4, T5 Item5)>
{
    public override (T1 Item1, T2 Item2, T3 Item3, T4 Item4, T5 Item5) Decode(ref RespReader reader)
    {
        int extra = Aggregate.Extra(ref reader, 5);
        var value = (first.DecodeNext(ref reader), second.DecodeNext(ref reader), third.DecodeNext(ref reader), fourth.DecodeNext(ref reader), fifth.DecodeNext(ref reader));
        Aggregate.SkipExtra(ref reader, extra);
        return value;
    }
}
