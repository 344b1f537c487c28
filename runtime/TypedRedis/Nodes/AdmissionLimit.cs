namespace TypedRedis.Nodes;

/// <summary>How many calls that need a connection of their own may be under way at one node.</summary>
/// <param name="max">Most calls that are admitted. Those that come from another node are added whatever the number is.</param>
internal sealed class AdmissionLimit(int max)
{
    private int _count;

    /// <summary>Calls under way.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Counts a new call, if there is room.</summary>
    public bool TryAdd()
    {
        // One that is refused must not count even for a moment: another one might be refused for that.
        for (int count = Count; count < max;)
        {
            int present = Interlocked.CompareExchange(ref _count, count + 1, count);
            if (present == count)
            {
                return true;
            }

            count = present;
        }

        return false;
    }

    /// <summary>Counts a call that was admitted elsewhere.</summary>
    public void Add() => Interlocked.Increment(ref _count);

    /// <summary>Counts a call no more.</summary>
    public void Remove() => Interlocked.Decrement(ref _count);
}
