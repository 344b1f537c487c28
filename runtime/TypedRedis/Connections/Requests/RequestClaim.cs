namespace TypedRedis.Connections;

/// <summary>
/// Decides who completes a call: the first to claim it, in each use of a request's object. The state carries a version that grows with every use, so that
/// whoever comes late, with what he knew of an earlier use, cannot complete the next one.
/// </summary>
internal struct RequestClaim
{
    // State: the version, and two bits of status. A claim that was never begun is none of these.
    private const long StatusMask = 3;
    private const long Pending = 1;
    private const long Claimed = 2;
    private const long Abandoned = 3;

    private long _state;

    /// <summary>Identifies the present use while nobody has claimed it.</summary>
    public long Use => Volatile.Read(ref _state);

    /// <summary>Whether somebody completed the call, or is about to.</summary>
    public bool IsClaimed => (Use & StatusMask) != Pending;

    /// <summary>Whether the call was claimed by somebody who did not hold the request, so that its holder may still refer to it.</summary>
    public bool IsAbandoned => (Use & StatusMask) == Abandoned;

    /// <summary>Begins a use; by whoever has the object to himself.</summary>
    public void Begin() => Volatile.Write(ref _state, (((_state >> 2) + 1) << 2) | Pending);

    /// <summary>Claims the present use, by the party that holds the request.</summary>
    /// <returns>Whether the caller is the first.</returns>
    public bool TryClaim() => TryClaim(Use, Claimed);

    /// <summary>Claims a use, by somebody who does not hold the request: a cancellation, a deadline.</summary>
    /// <param name="use">The use that is meant; another one is left alone.</param>
    /// <returns>Whether the caller is the first.</returns>
    public bool TryAbandon(long use) => TryClaim(use, Abandoned);

    private bool TryClaim(long use, long status) =>
        (use & StatusMask) == Pending && Interlocked.CompareExchange(ref _state, (use & ~StatusMask) | status, use) == use;
}
