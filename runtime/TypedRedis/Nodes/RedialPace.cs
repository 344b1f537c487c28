namespace TypedRedis.Nodes;

/// <summary>How often a server that answers is left for a new connection. Names change within seconds; a server that merely loads its data must not be dialled all the time. Not synchronised.</summary>
internal sealed class RedialPace
{
    /// <summary>How long a connection is used at least, ms.</summary>
    public const long ShortestStay = 250;

    private const long LongestStay = 2_000;

    // After so long without a cause, the next one is acted on at once.
    private const long QuietMilliseconds = 10_000;

    private long _stay = ShortestStay;
    private long _leftAt = long.MinValue / 2;

    /// <summary>Begins to dial anew, unless that was done a moment ago: 250 ms, doubled each time up to 2 s.</summary>
    /// <param name="now">The client's clock.</param>
    public bool TryBegin(long now)
    {
        long stayed = now - _leftAt;
        if (stayed < _stay)
        {
            return false;
        }

        _stay = stayed >= QuietMilliseconds ? ShortestStay : Math.Min(_stay * 2, LongestStay);
        return true;
    }

    /// <summary>Notes that a connection was left.</summary>
    public void NoteLeft(long now) => _leftAt = now;

    /// <summary>Whether the connection that was left last may be closed: a caller may just have taken it.</summary>
    public bool MayClose(long now) => now - _leftAt >= ShortestStay;
}
