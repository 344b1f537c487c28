using TypedRedis.Protocol;

namespace TypedRedis.Routing;

/// <summary>The buckets of a cluster: its hash slots.</summary>
internal sealed class SlotHasher : KeyHasher
{
    private SlotHasher()
        : base(trustsProofs: true)
    {
    }

    /// <summary>The only one there need be.</summary>
    public static SlotHasher Instance { get; } = new();

    public override int BucketOf(ReadOnlySpan<byte> key) => HashSlot.Of(key);

    public override int BucketOf(ReadOnlySpan<byte> key, ushort prefixState, int prefixLength) => HashSlot.OfContinued(prefixState, key, prefixLength);

    public override int BucketOf(ReadOnlySpan<byte> key, int slot) => slot;

    public override int BucketOfSlot(long slot, string? name) => slot is >= 0 and < HashSlot.Count
        ? (int)slot
        : throw ArgumentName.OutOfRange(name, 0, $"Slots are 0 to {HashSlot.Count - 1}.");
}
