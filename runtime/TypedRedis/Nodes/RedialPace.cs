namespace TypedRedis.Nodes;

/// <summary>How often a server that answers is left for a new connection. Names change within seconds; a server that merely loads its data must not be dialled all the time. Not synchronised.</summary>
internal sealed class RedialPace
{
    // How long a connection is used at least, ms.
    private const long ShortestStay = 250;

    private const long LongestStay = 2_000;

    // After so long without a cause, the next one is acted on at once.
    private const long QuietMilliseconds = 10_000;

    private long _stay = ShortestStay;
    private long _leftAt = long.MinValue / 2;

    /// <summary>Has the server left now, unless that was done a moment ago: 250 ms, doubled each time up to 2 s.</summary>
    /// <param name="now">The client's clock.</param>
    public bool TryBegin(long now)
    {
        long stayed = now - _leftAt;
        if (stayed < _stay)
        {
            return false;
        }

        _stay = stayed >= QuietMilliseconds ? ShortestStay : Math.Min(_stay * 2, LongestStay);
        _leftAt = now;
        return true;
    }
}
