namespace TypedRedis.Connections;

/// <summary>Milliseconds that only grow, cheap enough to read for every command.</summary>
internal sealed class Clock(TimeProvider provider)
{
    private readonly bool _isSystem = ReferenceEquals(provider, TimeProvider.System);
    private readonly long _start = provider.GetTimestamp();

    public static Clock System { get; } = new(TimeProvider.System);

    public TimeProvider Provider { get; } = provider;

    public long Now => _isSystem ? Environment.TickCount64 : (long)Provider.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>The moment a call must be done; <see cref="long.MaxValue"/> for no limit.</summary>
    public long After(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : Now + (long)Math.Ceiling(timeout.TotalMilliseconds);
}
