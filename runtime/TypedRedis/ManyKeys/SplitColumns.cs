using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.ManyKeys;

/// <summary>Puts the elements of each group's reply where their items are.</summary>
/// <param name="decoder">Reads an element.</param>
/// <param name="window">The items.</param>
/// <param name="elements">One for each item.</param>
/// <param name="failures">Takes the keys whose element could not be read.</param>
internal sealed class InOrderColumn<T>(ReplyDecoder<T> decoder, SplitWindow window, T[] elements, SplitFailures failures) : ReplyColumn(decoder: null)
{
    public override void Decode(int row, ref RespReader reader)
    {
        SplitGroup group = window.Groups[row];
        if (!reader.IsAggregate || reader.Count != group.Count)
        {
            throw reader.Unexpected($"an array of {group.Count}");
        }

        int item = group.First;
        for (int i = 0; i < group.Count; i++)
        {
            RespReader before = reader;
            try
            {
                elements[item] = decoder.DecodeNext(ref reader);
            }
            catch (Exception failure)
            {
                // The others are not touched by it.
                reader = before;
                reader.Skip();
                failures.Add(item, failure as RedisException ?? new RedisReplyException($"The reply could not be converted: {failure.GetType().Name}.", failure));
            }

            item = window.NextOf(item);
        }
    }

    public override void Clear()
    {
        // The elements belong to the caller.
    }

    public override void Release()
    {
        // They are no pooled memory either.
    }
}

/// <summary>Merges the replies as they come.</summary>
/// <param name="policy">How.</param>
/// <param name="decoder">Reads a reply.</param>
internal sealed class MergingColumn<T>(ResponsePolicy policy, ReplyDecoder<T> decoder) : ReplyColumn(decoder: null)
{
    private readonly Lock _gate = new();
    private bool _isEmpty = true;
    private T _merged = default!;

    /// <summary>What the replies so far come to; the default value if there was none.</summary>
    public T Merged
    {
        get
        {
            lock (_gate)
            {
                return _merged;
            }
        }
    }

    public override void Decode(int row, ref RespReader reader)
    {
        T reply = decoder.Decode(ref reader);
        lock (_gate)
        {
            _merged = _isEmpty ? reply : ReplyMerger.Merge(policy, _merged, reply);
            _isEmpty = false;
        }
    }

    public override void Clear()
    {
        // What was merged stays; a call has its own column.
    }

    public override void Release()
    {
        // There is nothing to give back.
    }
}
