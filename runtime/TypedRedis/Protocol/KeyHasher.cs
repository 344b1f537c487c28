namespace TypedRedis.Protocol;

/// <summary>
/// Which bucket a key is in: which of its bytes count, by which hash, and into how many buckets. What a bucket is, a slot of a cluster or a host, is the
/// router's to say; a command goes where the bucket of its keys does, and commands that are sent together keep their order within a bucket. A client that does
/// not route by keys has none, and hashes nothing.
/// </summary>
/// <remarks>
/// The generator knows what a cluster does: slots of constant keys, checksums of constant prefixes, keys that are certain to share a slot. Only a hasher of
/// slots takes it at its word; any other looks at the keys themselves, which is what this class does by itself.
/// </remarks>
/// <param name="trustsProofs">Whether keys that the generator has proven to be in one slot of a cluster are in one bucket. By their hash tags they are.</param>
internal abstract class KeyHasher(bool trustsProofs)
{
    /// <summary>The bucket of a command without keys.</summary>
    public const int NoBucket = -1;

    /// <summary>Whether keys that share a slot of a cluster need not be hashed to know that they share a bucket.</summary>
    public bool TrustsProofs { get; } = trustsProofs;

    /// <summary>Bucket of a key, from 0.</summary>
    /// <param name="key">The key's bytes as sent.</param>
    public abstract int BucketOf(ReadOnlySpan<byte> key);

    /// <summary>Bucket of a key that begins with a constant without braces.</summary>
    /// <param name="key">The key's bytes as sent.</param>
    /// <param name="prefixState">CRC-16 of the constant, as slots are computed from.</param>
    /// <param name="prefixLength">Its length in bytes.</param>
    public virtual int BucketOf(ReadOnlySpan<byte> key, ushort prefixState, int prefixLength) => BucketOf(key);

    /// <summary>Bucket of a key of which the slot is known.</summary>
    /// <param name="key">The key's bytes as sent.</param>
    /// <param name="slot">The slot of a cluster.</param>
    public virtual int BucketOf(ReadOnlySpan<byte> key, int slot) => BucketOf(key);

    /// <summary>Bucket of a command about a slot of a cluster, which the caller gives.</summary>
    /// <param name="slot">Any number.</param>
    /// <param name="name">What the caller calls it.</param>
    /// <returns><see cref="NoBucket"/> where there are no slots.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slot.</exception>
    public virtual int BucketOfSlot(long slot, string? name) => NoBucket;
}
