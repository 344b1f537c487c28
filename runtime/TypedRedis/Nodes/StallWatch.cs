namespace TypedRedis.Nodes;

/// <summary>How long requests have been waiting for a node that is not connected. Fed by the client's tick, read by any thread.</summary>
internal sealed class StallWatch
{
    private long _since = long.MaxValue;

    /// <summary>Notes what is to be seen at this moment.</summary>
    /// <param name="now">The client's clock.</param>
    /// <param name="isStalled">Whether requests wait because there is no connection.</param>
    public void Look(long now, bool isStalled)
    {
        if (!isStalled)
        {
            Volatile.Write(ref _since, long.MaxValue);
        }
        else if (_since == long.MaxValue)
        {
            Volatile.Write(ref _since, now);
        }
    }

    /// <summary>How long that has lasted, ms; 0 if it was not so at the last tick.</summary>
    public long StalledFor(long now) => Math.Max(0, now - Volatile.Read(ref _since));
}
