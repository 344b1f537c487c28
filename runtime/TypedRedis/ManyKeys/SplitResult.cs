namespace TypedRedis;

/// <summary>What came of a split command: which keys failed. Declare it as a method's result to keep what succeeded.</summary>
public class SplitResult
{
    internal SplitResult(int count, IReadOnlyList<SplitFailure> failures)
    {
        Count = count;
        Failures = failures;
    }

    /// <summary>How many keys there were.</summary>
    public int Count { get; }

    /// <summary>The keys for which the command failed, in the order in which they were given; empty if it succeeded for all.</summary>
    public IReadOnlyList<SplitFailure> Failures { get; }

    /// <summary>Whether the command succeeded for all keys.</summary>
    public bool IsComplete => Failures.Count == 0;
}

/// <summary>What came of a split command: the merged reply, and which keys failed.</summary>
/// <typeparam name="T">The merged reply.</typeparam>
public sealed class SplitResult<T> : SplitResult
{
    internal SplitResult(T value, int count, IReadOnlyList<SplitFailure> failures)
        : base(count, failures) => Value = value;

    /// <summary>
    /// What came of the keys that did not fail: for a command that replies one element for each key, the elements in the order of the
    /// keys, with the default value at the places that failed; for one that counts, the count over the others.
    /// </summary>
    public T Value { get; }
}
