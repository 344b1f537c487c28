namespace TypedRedis.Protocol;

internal sealed class TupleDecoder<T1, T2>(ReplyDecoder<T1> first, ReplyDecoder<T2> second)
    : ReplyDecoder<(T1 Item1, T2 Item2)>
{
    internal override bool HoldsLeases => first.HoldsLeases || second.HoldsLeases;

    public override (T1 Item1, T2 Item2) Decode(ref RespReader reader)
    {
        int extra = Aggregate.Extra(ref reader, 2);
        var value = (first.DecodeNext(ref reader), second.DecodeNext(ref reader));
        Aggregate.SkipExtra(ref reader, extra);
        return value;
    }

    internal override void Release((T1 Item1, T2 Item2) value)
    {
        first.Release(value.Item1);
        second.Release(value.Item2);
    }
}

internal sealed class TupleDecoder<T1, T2, T3>(ReplyDecoder<T1> first, ReplyDecoder<T2> second, ReplyDecoder<T3> third)
    : ReplyDecoder<(T1 Item1, T2 Item2, T3 Item3)>
{
    internal override bool HoldsLeases => first.HoldsLeases || second.HoldsLeases || third.HoldsLeases;

    public override (T1 Item1, T2 Item2, T3 Item3) Decode(ref RespReader reader)
    {
        int extra = Aggregate.Extra(ref reader, 3);
        var value = (first.DecodeNext(ref reader), second.DecodeNext(ref reader), third.DecodeNext(ref reader));
        Aggregate.SkipExtra(ref reader, extra);
        return value;
    }

    internal override void Release((T1 Item1, T2 Item2, T3 Item3) value)
    {
        first.Release(value.Item1);
        second.Release(value.Item2);
        third.Release(value.Item3);
    }
}

internal sealed class TupleDecoder<T1, T2, T3, T4>(ReplyDecoder<T1> first, ReplyDecoder<T2> second, ReplyDecoder<T3> third, ReplyDecoder<T4> fourth)
    : ReplyDecoder<(T1 Item1, T2 Item2, T3 Item3, T4 Item4)>
{
    internal override bool HoldsLeases => first.HoldsLeases || second.HoldsLeases || third.HoldsLeases || fourth.HoldsLeases;

    public override (T1 Item1, T2 Item2, T3 Item3, T4 Item4) Decode(ref RespReader reader)
    {
        int extra = Aggregate.Extra(ref reader, 4);
        var value = (first.DecodeNext(ref reader), second.DecodeNext(ref reader), third.DecodeNext(ref reader), fourth.DecodeNext(ref reader));
        Aggregate.SkipExtra(ref reader, extra);
        return value;
    }

    internal override void Release((T1 Item1, T2 Item2, T3 Item3, T4 Item4) value)
    {
        first.Release(value.Item1);
        second.Release(value.Item2);
        third.Release(value.Item3);
        fourth.Release(value.Item4);
    }
}

internal sealed class TupleDecoder<T1, T2, T3, T4, T5>(ReplyDecoder<T1> first, ReplyDecoder<T2> second, ReplyDecoder<T3> third, ReplyDecoder<T4> fourth, ReplyDecoder<T5> fifth)
    : ReplyDecoder<(T1 Item1, T2 Item2, T3 Item3, T4 Item4, T5 Item5)>
{
    internal override bool HoldsLeases => first.HoldsLeases || second.HoldsLeases || third.HoldsLeases || fourth.HoldsLeases || fifth.HoldsLeases;

    public override (T1 Item1, T2 Item2, T3 Item3, T4 Item4, T5 Item5) Decode(ref RespReader reader)
    {
        int extra = Aggregate.Extra(ref reader, 5);
        var value = (first.DecodeNext(ref reader), second.DecodeNext(ref reader), third.DecodeNext(ref reader), fourth.DecodeNext(ref reader), fifth.DecodeNext(ref reader));
        Aggregate.SkipExtra(ref reader, extra);
        return value;
    }

    internal override void Release((T1 Item1, T2 Item2, T3 Item3, T4 Item4, T5 Item5) value)
    {
        first.Release(value.Item1);
        second.Release(value.Item2);
        third.Release(value.Item3);
        fourth.Release(value.Item4);
        fifth.Release(value.Item5);
    }
}
