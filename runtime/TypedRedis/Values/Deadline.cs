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

    /// <summary>At most this long. Deadlines are checked about every 20 ms.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is zero or negative.</exception>
    public static Deadline After(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        return new(timeout);
    }
}
