namespace TypedRedis.Connections;

/// <summary>Milliseconds that only grow, cheap enough to read for every command.</summary>
internal sealed class Clock(TimeProvider provider)
{
    private readonly bool _isSystem = ReferenceEquals(provider, TimeProvider.System);
    private readonly long _start = provider.GetTimestamp();
    private long _last;

    public static Clock System { get; } = new(TimeProvider.System);

    public TimeProvider Provider { get; } = provider;

    public long Now => _isSystem ? Environment.TickCount64 : Read();

    /// <summary>A duration for <see cref="After(long)"/>, rounded up; <see cref="long.MaxValue"/> for no limit.</summary>
    public static long Milliseconds(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : (long)Math.Ceiling(timeout.TotalMilliseconds);

    // A clock of the user's that throws stands still: it is asked in the midst of dealing with replies.
    private long Read()
    {
        try
        {
            long now = (long)Provider.GetElapsedTime(_start).TotalMilliseconds;
            Volatile.Write(ref _last, now);
            return now;
        }
        catch (Exception)
        {
            return Volatile.Read(ref _last);
        }
    }

    /// <summary>Waits; by the system's clock if the user's makes no timers.</summary>
    /// <exception cref="OperationCanceledException">The token ended it.</exception>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        try
        {
            return Task.Delay(delay, Provider, cancellationToken);
        }
        catch (Exception)
        {
            return Task.Delay(delay, cancellationToken);
        }
    }

    /// <summary>A source that cancels after that time, <see cref="Timeout.InfiniteTimeSpan"/> for never; by the system's clock if the user's makes no timers.</summary>
    public CancellationTokenSource CancelAfter(TimeSpan delay)
    {
        try
        {
            return new CancellationTokenSource(delay, Provider);
        }
        catch (Exception)
        {
            return new CancellationTokenSource(delay);
        }
    }

    /// <summary>The same as <see cref="DelayAsync(TimeSpan, CancellationToken)"/>, but not beyond a moment of this clock.</summary>
    public Task DelayAsync(TimeSpan delay, long until, CancellationToken cancellationToken)
    {
        long left = Math.Max(1, until - Now);
        return DelayAsync(delay.TotalMilliseconds <= left ? delay : TimeSpan.FromMilliseconds(left), cancellationToken);
    }

    /// <summary>The moment so many milliseconds from now; <see cref="long.MaxValue"/> for never.</summary>
    public long After(long milliseconds) => milliseconds == long.MaxValue ? long.MaxValue : Now + milliseconds;
}
