namespace TypedRedis.Clients;

/// <summary>How long to wait before the keys of a failed attempt are watched again.</summary>
internal static class WatchDelay
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(500);

    /// <summary>The pause after so many attempts: short while somebody else is merely faster, long enough in sum for a slot that moves.</summary>
    public static TimeSpan After(int attempts)
    {
        double factor = Math.Min(1 << Math.Min(attempts - 1, 10), s_longest / s_first);
        // Half fixed, half random: those who got in each other's way do not come back in step.
        return s_first * factor * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
