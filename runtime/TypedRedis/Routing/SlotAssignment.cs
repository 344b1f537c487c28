namespace TypedRedis.Routing;

/// <summary>A range of slots and the shard that holds it.</summary>
/// <param name="First">The first slot.</param>
/// <param name="Last">The last slot, included.</param>
/// <param name="Shard">Who holds them.</param>
internal readonly record struct SlotAssignment(int First, int Last, Shard Shard);
