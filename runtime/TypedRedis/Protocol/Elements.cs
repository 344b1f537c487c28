using System.Buffers;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TypedRedis.Protocol;

/// <summary>
/// The elements of a collection as they were at one moment: how many there are does not change while a command is written, whatever others do to the
/// collection. For generated code.
/// </summary>
/// <typeparam name="T">The elements' type.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public ref struct Elements<T>
{
    private T[]? _rented;

    internal Elements(ReadOnlySpan<T> span, T[]? rented = null)
    {
        Span = span;
        _rented = rented;
    }

    /// <summary>The elements.</summary>
    public ReadOnlySpan<T> Span { get; private set; }

    /// <summary>How many there are.</summary>
    public readonly int Count => Span.Length;

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Span = default;
        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<T>.Shared.Return(rented, RuntimeHelpers.IsReferenceOrContainsReferences<T>());
        }
    }
}

/// <summary>Takes the elements of collections. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class Elements
{
    /// <summary>The elements of a list, without copying them.</summary>
    /// <param name="collection">The list.</param>
    /// <param name="name">What the caller calls it.</param>
    /// <exception cref="ArgumentNullException">There is no list.</exception>
    public static Elements<T> Of<T>(List<T> collection, string name)
    {
        ArgumentNullException.ThrowIfNull(collection, name);
        return new Elements<T>(CollectionsMarshal.AsSpan(collection));
    }

    /// <summary>The elements of a set.</summary>
    /// <inheritdoc cref="Of{T}(IReadOnlyCollection{T}, string)"/>
    public static Elements<T> Of<T>(HashSet<T> collection, string name)
    {
        ArgumentNullException.ThrowIfNull(collection, name);
        var taken = new Taken<T>(collection.Count);
        foreach (T element in collection)
        {
            taken.Add(element);
        }

        return taken.Elements;
    }

    /// <summary>The pairs of a dictionary.</summary>
    /// <inheritdoc cref="Of{T}(IReadOnlyCollection{T}, string)"/>
    public static Elements<KeyValuePair<TKey, TValue>> Of<TKey, TValue>(Dictionary<TKey, TValue> collection, string name)
        where TKey : notnull
    {
        ArgumentNullException.ThrowIfNull(collection, name);
        var taken = new Taken<KeyValuePair<TKey, TValue>>(collection.Count);
        foreach (KeyValuePair<TKey, TValue> pair in collection)
        {
            taken.Add(pair);
        }

        return taken.Elements;
    }

    /// <summary>The elements of any collection: those that it enumerates, whatever it says how many they are.</summary>
    /// <param name="collection">The collection.</param>
    /// <param name="name">What the caller calls it.</param>
    /// <exception cref="ArgumentNullException">There is no collection.</exception>
    public static Elements<T> Of<T>(IReadOnlyCollection<T> collection, string name)
    {
        ArgumentNullException.ThrowIfNull(collection, name);
        if (collection is T[] array)
        {
            return new Elements<T>(array);
        }

        // Not a class derived from it: that may enumerate something else.
        if (collection.GetType() == typeof(List<T>))
        {
            return Of((List<T>)collection, name);
        }

        if (collection.GetType() == typeof(HashSet<T>))
        {
            return Of((HashSet<T>)collection, name);
        }

        var taken = new Taken<T>(collection.Count);
        foreach (T element in collection)
        {
            taken.Add(element);
        }

        return taken.Elements;
    }

    /// <summary>The elements of a list; none if there is no list.</summary>
    public static Elements<T> OfOptional<T>(List<T>? collection) => collection is null ? default : Of(collection, nameof(collection));

    /// <summary>The elements of a set; none if there is no set.</summary>
    public static Elements<T> OfOptional<T>(HashSet<T>? collection) => collection is null ? default : Of(collection, nameof(collection));

    /// <summary>The pairs of a dictionary; none if there is no dictionary.</summary>
    public static Elements<KeyValuePair<TKey, TValue>> OfOptional<TKey, TValue>(Dictionary<TKey, TValue>? collection)
        where TKey : notnull => collection is null ? default : Of(collection, nameof(collection));

    /// <summary>The elements of any collection; none if there is no collection.</summary>
    public static Elements<T> OfOptional<T>(IReadOnlyCollection<T>? collection) => collection is null ? default : Of(collection, nameof(collection));

    // Grows with what is enumerated: the count is only a hint.
    private ref struct Taken<T>(int expected)
    {
        private const int MostExpected = 64 * 1024;

        private T[] _elements = ArrayPool<T>.Shared.Rent(Math.Clamp(expected, 4, MostExpected));
        private int _count;

        public readonly Elements<T> Elements => new(_elements.AsSpan(0, _count), _elements);

        public void Add(T element)
        {
            if (_count == _elements.Length)
            {
                Grow();
            }

            _elements[_count++] = element;
        }

        private void Grow()
        {
            T[] larger = ArrayPool<T>.Shared.Rent(_count * 2);
            _elements.AsSpan().CopyTo(larger);
            ArrayPool<T>.Shared.Return(_elements, RuntimeHelpers.IsReferenceOrContainsReferences<T>());
            _elements = larger;
        }
    }
}
