namespace TypedRedis;

/// <summary>A key of a split command for which the command failed.</summary>
/// <param name="Index">Place of the key among those given, from 0.</param>
/// <param name="Key">The key.</param>
/// <param name="Error">Why. Keys of one slot that failed together share the error.</param>
public sealed record SplitFailure(int Index, RedisKey Key, RedisException Error)
{
    /// <summary>The place and the error; the key is not shown.</summary>
    public override string ToString() => $"{Index}: {Error.Message}";
}
