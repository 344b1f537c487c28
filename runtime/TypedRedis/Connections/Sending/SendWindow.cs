namespace TypedRedis.Connections;

/// <summary>
/// How many bytes of commands await their replies on one connection, and whether somebody was refused because they were too many. Those who send hold
/// the connection's lock; the reader counts what was answered without it.
/// </summary>
/// <param name="maxBytes">Most bytes in flight; a single larger command passes alone.</param>
internal sealed class SendWindow(long maxBytes)
{
    private long _appended;
    private long _answered;
    private bool _isRoomWanted;

    /// <summary>Whether somebody was refused and has not been told of room since.</summary>
    public bool IsRoomWanted => Volatile.Read(ref _isRoomWanted);

    private long InFlight => _appended - Volatile.Read(ref _answered);

    /// <summary>Whether a frame may go out now; if not, it is noted that room is wanted. Under the lock.</summary>
    public bool HasRoomFor(int length)
    {
        if (Fits(length))
        {
            return true;
        }

        // The reader counts a reply and then looks whether room is wanted; here it is the other way round. With a full barrier
        // on both sides at least one of the two sees the other, so nobody waits for room that is there. The flag stays even if there is
        // room after all: another one who was refused may have set it, too, and to be told once too often does no harm.
        Volatile.Write(ref _isRoomWanted, true);
        Interlocked.MemoryBarrier();
        return Fits(length);
    }

    /// <summary>Counts a frame that is queued; under the lock.</summary>
    public void Add(int length) => _appended += length;

    /// <summary>Counts frames whose replies have come; by the reader.</summary>
    /// <returns>Whether room is wanted, so that <see cref="TryGrantRoom"/> is to follow.</returns>
    public bool NoteAnswered(long bytes)
    {
        Volatile.Write(ref _answered, _answered + bytes);
        // See HasRoomFor.
        Interlocked.MemoryBarrier();
        return IsRoomWanted;
    }

    /// <summary>Whether those who were refused are to hear of room now: at half of the limit, so that they come in batches. Under the lock.</summary>
    public bool TryGrantRoom()
    {
        if (!_isRoomWanted || InFlight > maxBytes / 2)
        {
            return false;
        }

        _isRoomWanted = false;
        return true;
    }

    private bool Fits(int length)
    {
        long inFlight = InFlight;
        return inFlight == 0 || inFlight + length <= maxBytes;
    }
}
