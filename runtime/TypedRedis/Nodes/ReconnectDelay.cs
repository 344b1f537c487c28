namespace TypedRedis.Nodes;

/// <summary>How long to wait before the next attempt to connect.</summary>
internal static class ReconnectDelay
{
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(1);

    /// <summary>The pause after so many failures in a row.</summary>
    public static TimeSpan After(int failures)
    {
        if (failures == 0)
        {
            return TimeSpan.Zero;
        }

        double factor = Math.Min(1 << Math.Min(failures - 1, 10), s_longest / s_first);
        // Half fixed, half random: clients that lost the same server do not come back in step.
        return s_first * factor * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
