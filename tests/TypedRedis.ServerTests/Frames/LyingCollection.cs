using System.Collections;

namespace TypedRedis.ServerTests.Frames;

/// <summary>A collection that says it has another number of elements than it enumerates, as one does that others change meanwhile.</summary>
/// <param name="counts">What it says, one after the other; the last one ever after.</param>
/// <param name="elements">What it enumerates.</param>
internal class LyingCollection<T>(int[] counts, IEnumerable<T> elements) : IReadOnlyList<T>
{
    private int _asked;

    public int Count => counts[Math.Min(_asked++, counts.Length - 1)];

    public T this[int index] => elements.ElementAt(index);

    public IEnumerator<T> GetEnumerator() => elements.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
