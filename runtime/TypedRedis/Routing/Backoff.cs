namespace TypedRedis.Routing;

/// <summary>How long to wait before the next attempt of one request.</summary>
internal static class Backoff
{
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// 10 ms at first, doubled by each attempt up to 250 ms. Without jitter, so that requests that were refused together leave together, in their order. One that
    /// was refused more often may be overtaken by one that was refused less often: single calls that are under way at the same time have no order.
    /// </summary>
    public static TimeSpan After(int attempts)
    {
        TimeSpan delay = TimeSpan.FromMilliseconds(10 << Math.Clamp(attempts - 1, 0, 5));
        return delay < s_longest ? delay : s_longest;
    }
}
