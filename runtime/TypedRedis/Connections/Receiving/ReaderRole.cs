namespace TypedRedis.Connections;

/// <summary>
/// Says which thread of the pool is the reader of a connection while continuations run. Each turn of a reader has a number of its own: one that was held
/// up, lost the role and comes back late must not take the turn of its successor for its own.
/// </summary>
internal sealed class ReaderRole
{
    private long _turns;

    // The number of the turn under way; 0 if there is none, or somebody else has become the reader meanwhile.
    private long _current;

    /// <summary>Whether a reader runs continuations at this moment.</summary>
    public bool IsTaken => Volatile.Read(ref _current) != 0;

    /// <summary>Begins a turn; by the reader.</summary>
    /// <returns>Its number.</returns>
    public long Begin()
    {
        // There is one reader at a time, and each becomes it after the one before.
        long turn = ++_turns;
        Interlocked.Exchange(ref _current, turn);
        return turn;
    }

    /// <summary>Ends a turn; by whoever has begun it.</summary>
    /// <returns>Whether the caller still is the reader.</returns>
    public bool TryEnd(long turn) => Interlocked.CompareExchange(ref _current, 0, turn) == turn;

    /// <summary>Takes the role away from a reader that is running continuations.</summary>
    /// <returns>Whether there was one: then the caller is the reader.</returns>
    public bool TryTake() => Interlocked.Exchange(ref _current, 0) != 0;
}
