namespace TypedRedis;

/// <summary>
/// How long one call may take, from the call to its reply, redirects and retries included. A method parameter of this type is
/// never sent; the default value means the client's <c>CommandTimeout</c>.
/// </summary>
public readonly record struct Deadline
{
    private Deadline(TimeSpan timeout) => Timeout = timeout;

    /// <summary>The time allowed; null for the client's default.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>No limit: the call waits until the reply comes, it is cancelled, or the client is disposed.</summary>
    public static Deadline None { get; } = new(System.Threading.Timeout.InfiniteTimeSpan);

    /// <summary>Whether no time is left, so that nothing is to be sent.</summary>
    internal bool HasPassed => Timeout == TimeSpan.Zero;

    /// <summary>At most this long. Deadlines are checked about every 20 ms.</summary>
    /// <param name="timeout">The time allowed, as what is left of a budget. With zero the call fails with a <see cref="RedisTimeoutException"/> at once, and nothing is sent. <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> is no limit.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative, and not infinite.</exception>
    public static Deadline After(TimeSpan timeout)
    {
        if (timeout == System.Threading.Timeout.InfiniteTimeSpan)
        {
            return None;
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        return new(timeout);
    }
}
