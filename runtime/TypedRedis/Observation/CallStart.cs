using TypedRedis.Protocol;

namespace TypedRedis.Observation;

/// <summary>A logical call as it begins: what a caller has asked for, whatever is sent for it.</summary>
internal readonly ref struct CallStart
{
    public required CallKind Kind { get; init; }

    /// <summary>The command; of a pipeline or transaction the one that all its commands are, null if they differ or there is none.</summary>
    public required CommandInfo? Command { get; init; }

    /// <summary>Bucket of the keys, in a cluster their slot; −1 if there is none, or there are several commands.</summary>
    public int Bucket { get; init; } = KeyHasher.NoBucket;

    /// <summary>How many commands a pipeline or transaction has; null for one command, however many keys and nodes it is for.</summary>
    public int? BatchSize { get; init; }

    /// <summary>The command as it was encoded, to look for its key, or to count its arguments; empty for several. Never to be kept or shown.</summary>
    public ReadOnlySpan<byte> Frame { get; init; }

    public CallStart()
    {
    }
}
