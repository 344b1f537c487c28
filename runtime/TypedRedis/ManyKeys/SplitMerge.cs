using TypedRedis.Pipelines;
using TypedRedis.Protocol;

namespace TypedRedis.ManyKeys;

/// <summary>Makes one result of the replies of all slots.</summary>
/// <typeparam name="TResult">The result.</typeparam>
internal abstract class SplitMerge<TResult>
{
    /// <summary>Begins with a window; the reply for a group goes to the row of its number.</summary>
    /// <param name="window">The items.</param>
    /// <param name="failures">Takes the keys whose part of a reply could not be read.</param>
    public abstract ReplyColumn BeginWindow(SplitWindow window, SplitFailures failures);

    /// <summary>What came of all windows that were begun.</summary>
    public abstract TResult TakeResult();
}

/// <summary>One element for each item, in the order of the items; the default value where it failed.</summary>
/// <param name="decoder">Reads an element.</param>
internal sealed class InOrderMerge<T>(ReplyDecoder<T> decoder) : SplitMerge<T[]>
{
    private readonly List<T> _earlier = [];
    private T[] _window = [];

    public override ReplyColumn BeginWindow(SplitWindow window, SplitFailures failures)
    {
        _earlier.AddRange(_window);
        _window = new T[window.Count];
        return new InOrderColumn<T>(decoder, window, _window, failures);
    }

    public override T[] TakeResult()
    {
        T[] result = _earlier.Count == 0 ? _window : [.. _earlier, .. _window];
        _earlier.Clear();
        _window = [];
        return result;
    }
}

/// <summary>Replies merged by the command's response policy.</summary>
/// <param name="policy">The policy.</param>
/// <param name="decoder">Reads the reply for one slot.</param>
internal sealed class PolicyMerge<T>(ResponsePolicy policy, ReplyDecoder<T> decoder) : SplitMerge<T>
{
    private readonly MergingColumn<T> _column = new(policy, decoder);

    public override ReplyColumn BeginWindow(SplitWindow window, SplitFailures failures) => _column;

    public override T TakeResult() => _column.Merged;
}
