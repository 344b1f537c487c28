namespace TypedRedis.Protocol;

/// <summary>
/// Bounds on what a server may send. A reply beyond them ends the connection with a <see cref="RedisProtocolException"/>;
/// nothing is ever allocated by a length that the server merely announced.
/// </summary>
public sealed record RespLimits
{
    /// <summary>The limits used unless others are given.</summary>
    public static RespLimits Default { get; } = new();

    /// <summary>Longest string in bytes; 512 MiB, the server's own <c>proto-max-bulk-len</c>, by default.</summary>
    public int MaxBulkLength { get; init; } = 512 * 1024 * 1024;

    /// <summary>Most elements of one aggregate; 67,108,864 by default. A map counts its keys and values.</summary>
    public int MaxElements { get; init; } = 64 * 1024 * 1024;

    /// <summary>Deepest nesting of aggregates; 32 by default.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>Longest line (simple strings, errors, numbers) in bytes; 64 KiB by default.</summary>
    public int MaxLineLength { get; init; } = 64 * 1024;

    /// <summary>Longest whole reply in bytes; 1 GiB by default.</summary>
    public int MaxReplyLength { get; init; } = 1024 * 1024 * 1024;
}
