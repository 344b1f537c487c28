namespace TypedRedis.Routing;

/// <summary>How often and how soon a command is sent again that no node has executed.</summary>
internal static class ResendLimits
{
    /// <summary>Redis's own clients give up here too; a cluster that is merely changing needs two or three.</summary>
    public const int MaxRedirects = 16;

    /// <summary>How long a command waits whose slot has no owner.</summary>
    public static readonly TimeSpan UncoveredDelay = TimeSpan.FromMilliseconds(250);
}
