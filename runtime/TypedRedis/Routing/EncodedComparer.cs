using System.Diagnostics.CodeAnalysis;

namespace TypedRedis.Routing;

/// <summary>Encoded values are equal if their bytes are.</summary>
internal sealed class EncodedComparer : IEqualityComparer<ReadOnlyMemory<byte>>
{
    public static EncodedComparer Instance { get; } = new();

    public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

    public int GetHashCode([DisallowNull] ReadOnlyMemory<byte> obj)
    {
        var hash = default(HashCode);
        hash.AddBytes(obj.Span);
        return hash.ToHashCode();
    }
}
