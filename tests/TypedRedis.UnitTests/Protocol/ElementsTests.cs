using System.Buffers;
using System.Collections;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Protocol;

/// <summary>The elements of a collection as they were at one moment, whatever kind of collection it is and whatever it says of its length.</summary>
public class ElementsTests
{
    public static TheoryData<string> Kinds { get; } = ["array", "list", "set", "derived list", "queue", "boasting", "modest"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Elements_are_those_that_are_enumerated_in_their_order(string kind)
    {
        foreach (int count in (int[])[0, 1, 4, 5, 1_000])
        {
            int[] expected = [.. Enumerable.Range(7, count)];
            Elements<int> elements = Elements.Of(Collection(kind, expected), "values");
            Assert.Equal(count, elements.Count);
            Assert.Equal(expected, elements.Span.ToArray());
            elements.Dispose();
            Assert.Equal(0, elements.Count);
            // Once is enough: the array is somebody else's by now.
            elements.Dispose();
            using Elements<int> optional = Elements.OfOptional(Collection(kind, expected));
            Assert.Equal(expected, optional.Span.ToArray());
        }
    }

    [Fact]
    public void Lists_sets_and_dictionaries_have_ways_of_their_own()
    {
        using Elements<string> list = Elements.Of(new List<string> { "a", "b" }, "values");
        Assert.Equal(["a", "b"], list.Span.ToArray());
        using Elements<string> set = Elements.Of(new HashSet<string> { "a", "b" }, "values");
        Assert.Equal(["a", "b"], set.Span.ToArray());
        using Elements<KeyValuePair<string, int>> pairs = Elements.Of(new Dictionary<string, int> { ["a"] = 1, ["b"] = 2 }, "values");
        Assert.Equal([new("a", 1), new("b", 2)], pairs.Span.ToArray());
        using Elements<string> optionalList = Elements.OfOptional(new List<string> { "a" });
        Assert.Equal(["a"], optionalList.Span.ToArray());
        using Elements<string> optionalSet = Elements.OfOptional(new HashSet<string> { "a" });
        Assert.Equal(["a"], optionalSet.Span.ToArray());
        using Elements<KeyValuePair<string, int>> optionalPairs = Elements.OfOptional(new Dictionary<string, int> { ["a"] = 1 });
        Assert.Equal([new("a", 1)], optionalPairs.Span.ToArray());
    }

    [Fact]
    public void Elements_that_were_taken_do_not_change_with_a_set()
    {
        HashSet<int> set = [1, 2, 3];
        using Elements<int> elements = Elements.Of(set, "values");
        set.Clear();
        Assert.Equal([1, 2, 3], elements.Span.ToArray());
    }

    [Fact]
    public void Missing_collection_is_named_and_an_optional_one_is_empty()
    {
        Assert.Throws<ArgumentNullException>("mine", () => { Elements.Of((List<int>)null!, "mine"); });
        Assert.Throws<ArgumentNullException>("mine", () => { Elements.Of((HashSet<int>)null!, "mine"); });
        Assert.Throws<ArgumentNullException>("mine", () => { Elements.Of((Dictionary<int, int>)null!, "mine"); });
        Assert.Throws<ArgumentNullException>("mine", () => { Elements.Of((IReadOnlyCollection<int>)null!, "mine"); });
        Assert.Equal(0, Elements.OfOptional((List<int>?)null).Count);
        Assert.Equal(0, Elements.OfOptional((HashSet<int>?)null).Count);
        Assert.Equal(0, Elements.OfOptional((Dictionary<int, int>?)null).Count);
        Assert.Equal(0, Elements.OfOptional((IReadOnlyCollection<int>?)null).Count);
    }

    [Fact]
    public void Memory_that_was_taken_for_a_collection_is_used_again_and_keeps_nothing_alive()
    {
        Queue<Referred> many = new(Enumerable.Range(0, 100).Select(_ => new Referred()));
        // The pool of the thread gives back what came back last, unless another thread has emptied it meanwhile.
        Assert.Contains(Enumerable.Range(0, 10), _ =>
        {
            Referred[] last = Take(many);
            Referred[] smaller = ArrayPool<Referred>.Shared.Rent(64);
            Referred[] larger = ArrayPool<Referred>.Shared.Rent(128);
            Assert.All(smaller, Assert.Null);
            Assert.All(larger, Assert.Null);
            ArrayPool<Referred>.Shared.Return(smaller);
            ArrayPool<Referred>.Shared.Return(larger);
            return last == larger;
        });

        static Referred[] Take(Queue<Referred> many)
        {
            // The length that the queue tells, 100, leads to the larger array at once.
            Referred[] expected = ArrayPool<Referred>.Shared.Rent(128);
            ArrayPool<Referred>.Shared.Return(expected);
            Elements<Referred> elements = Elements.Of(many, "values");
            Assert.Equal(100, elements.Count);
            Assert.NotNull(elements.Span[99]);
            elements.Dispose();
            return expected;
        }
    }

    [Fact]
    public void Collection_that_boasts_gets_no_memory_by_its_word()
    {
        int[] one = [1];
        long before = GC.GetAllocatedBytesForCurrentThread();
        using Elements<int> elements = Elements.Of(new Lying<int>(one, int.MaxValue), "values");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Equal(one, elements.Span.ToArray());
    }

    private static IReadOnlyCollection<int> Collection(string kind, int[] elements) => kind switch
    {
        "array" => elements,
        "list" => new List<int>(elements),
        "set" => new HashSet<int>(elements),
        // It enumerates something else than it holds.
        "derived list" => new Derived(elements),
        "queue" => new Queue<int>(elements),
        "boasting" => new Lying<int>(elements, elements.Length + 1_000),
        _ => new Lying<int>(elements, 0),
    };

    private sealed class Referred;

    private sealed class Derived(int[] elements) : List<int>([-1, -2]), IReadOnlyCollection<int>, IEnumerable<int>
    {
        IEnumerator<int> IEnumerable<int>.GetEnumerator() => ((IEnumerable<int>)elements).GetEnumerator();
    }

    private sealed class Lying<T>(T[] elements, int count) : IReadOnlyCollection<T>
    {
        public int Count => count;

        public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)elements).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => elements.GetEnumerator();
    }
}
