namespace TypedRedis.Protocol;

internal static class Aggregate
{
    /// <summary>Number of elements of the aggregate the reader stands on.</summary>
    public static int Count(ref RespReader reader) =>
        reader.IsAggregate && !reader.IsNull ? reader.Count : throw reader.Unexpected("an array");

    /// <summary>Number of pairs, and whether each is an array of its own. An element that is itself an array means it is.</summary>
    public static int CountPairs(ref RespReader reader, out bool nested)
    {
        int count = Count(ref reader);
        nested = false;
        if (reader.Kind != RespKind.Map && count > 0)
        {
            RespReader first = reader;
            first.Read();
            nested = first.IsAggregate && first.Count == 2;
        }

        return nested ? count
            : count % 2 == 0 ? count / 2
            : throw new RedisReplyException($"The reply has {count} elements where pairs were expected.");
    }

    /// <summary>Enters a nested pair.</summary>
    public static void EnterPair(ref RespReader reader, bool nested)
    {
        if (nested)
        {
            reader.Read();
            if (Count(ref reader) != 2)
            {
                throw reader.Unexpected("a pair");
            }
        }
    }

    /// <summary>Requires an array of at least so many elements and says how many more there are.</summary>
    public static int Extra(ref RespReader reader, int wanted)
    {
        int count = Count(ref reader);
        return count >= wanted ? count - wanted : throw reader.Unexpected($"an array of {wanted}");
    }

    /// <summary>Moves over elements that a newer server added.</summary>
    public static void SkipExtra(ref RespReader reader, int extra)
    {
        for (int i = 0; i < extra; i++)
        {
            reader.Skip();
        }
    }
}

internal sealed class ArrayDecoder<T>(ReplyDecoder<T> element) : ReplyDecoder<T[]>
{
    internal override bool HoldsLeases => element.HoldsLeases;

    public override T[] Decode(ref RespReader reader)
    {
        int count = Aggregate.Count(ref reader);
        T[] values = count == 0 ? [] : new T[count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = element.DecodeNext(ref reader);
        }

        return values;
    }

    internal override void Release(T[] value)
    {
        foreach (T item in value)
        {
            element.Release(item);
        }
    }
}

internal sealed class ListDecoder<T>(ReplyDecoder<T> element) : ReplyDecoder<List<T>>
{
    internal override bool HoldsLeases => element.HoldsLeases;

    public override List<T> Decode(ref RespReader reader)
    {
        int count = Aggregate.Count(ref reader);
        var values = new List<T>(count);
        for (int i = 0; i < count; i++)
        {
            values.Add(element.DecodeNext(ref reader));
        }

        return values;
    }

    internal override void Release(List<T> value)
    {
        foreach (T item in value)
        {
            element.Release(item);
        }
    }
}

internal sealed class HashSetDecoder<T>(ReplyDecoder<T> element) : ReplyDecoder<HashSet<T>>
{
    internal override bool HoldsLeases => element.HoldsLeases;

    public override HashSet<T> Decode(ref RespReader reader)
    {
        int count = Aggregate.Count(ref reader);
        var values = new HashSet<T>(count);
        for (int i = 0; i < count; i++)
        {
            _ = values.Add(element.DecodeNext(ref reader));
        }

        return values;
    }

    internal override void Release(HashSet<T> value)
    {
        foreach (T item in value)
        {
            element.Release(item);
        }
    }
}

internal sealed class DictionaryDecoder<TKey, TValue>(ReplyDecoder<TKey> key, ReplyDecoder<TValue> value) : ReplyDecoder<Dictionary<TKey, TValue>>
    where TKey : notnull
{
    internal override bool HoldsLeases => key.HoldsLeases || value.HoldsLeases;

    public override Dictionary<TKey, TValue> Decode(ref RespReader reader)
    {
        int count = Aggregate.CountPairs(ref reader, out bool nested);
        var values = new Dictionary<TKey, TValue>(count);
        for (int i = 0; i < count; i++)
        {
            Aggregate.EnterPair(ref reader, nested);
            TKey name = key.DecodeNext(ref reader);
            values[name] = value.DecodeNext(ref reader);
        }

        return values;
    }

    internal override void Release(Dictionary<TKey, TValue> values)
    {
        foreach ((TKey name, TValue item) in values)
        {
            key.Release(name);
            value.Release(item);
        }
    }
}

internal sealed class KeyValuePairsDecoder<TKey, TValue>(ReplyDecoder<TKey> key, ReplyDecoder<TValue> value) : ReplyDecoder<KeyValuePair<TKey, TValue>[]>
{
    internal override bool HoldsLeases => key.HoldsLeases || value.HoldsLeases;

    public override KeyValuePair<TKey, TValue>[] Decode(ref RespReader reader)
    {
        int count = Aggregate.CountPairs(ref reader, out bool nested);
        var values = new KeyValuePair<TKey, TValue>[count];
        for (int i = 0; i < count; i++)
        {
            Aggregate.EnterPair(ref reader, nested);
            TKey name = key.DecodeNext(ref reader);
            values[i] = new(name, value.DecodeNext(ref reader));
        }

        return values;
    }

    internal override void Release(KeyValuePair<TKey, TValue>[] values)
    {
        foreach ((TKey name, TValue item) in values)
        {
            key.Release(name);
            value.Release(item);
        }
    }
}

internal sealed class PairsDecoder<TFirst, TSecond>(ReplyDecoder<TFirst> first, ReplyDecoder<TSecond> second) : ReplyDecoder<(TFirst First, TSecond Second)[]>
{
    internal override bool HoldsLeases => first.HoldsLeases || second.HoldsLeases;

    public override (TFirst First, TSecond Second)[] Decode(ref RespReader reader)
    {
        int count = Aggregate.CountPairs(ref reader, out bool nested);
        var values = new (TFirst First, TSecond Second)[count];
        for (int i = 0; i < count; i++)
        {
            Aggregate.EnterPair(ref reader, nested);
            TFirst left = first.DecodeNext(ref reader);
            values[i] = (left, second.DecodeNext(ref reader));
        }

        return values;
    }

    internal override void Release((TFirst First, TSecond Second)[] values)
    {
        foreach ((TFirst left, TSecond right) in values)
        {
            first.Release(left);
            second.Release(right);
        }
    }
}
