using System.Diagnostics;

namespace TypedRedis.Connections;

/// <summary>
/// Knows from experience whether the continuations of a connection's callers are quick enough to run on its reader: some microseconds
/// each. It is an estimate; being wrong costs time, never correctness.
/// </summary>
internal sealed class ContinuationPace
{
    /// <summary>How many continuations are timed together, at most.</summary>
    public const int SampleLength = 8;

    // A slow sample outweighs this many quick ones: the odd one is a thread that lost its processor for a moment.
    private const int SlowWeight = 8;
    private const int SlowLimit = 32 * SlowWeight;

    // In looks, which are some 20 ms apart: 1 s after slow continuations or one that blocked; after more that block, up to 5 min.
    private const int FewestLooks = 50;
    private const int MostLooks = 15_000;

    // 100 µs.
    private static readonly long s_slowSample = Stopwatch.Frequency / 10_000;

    private volatile bool _isQuick = true;
    private int _score;
    private long _progressSeen;
    private int _looks;
    private int _looksAfterStall = FewestLooks;

    /// <summary>Whether continuations may run on the reader.</summary>
    public bool IsQuick => _isQuick;

    /// <summary>Notes how long some continuations took together, in ticks of the stopwatch.</summary>
    /// <returns>Whether that was slow.</returns>
    public bool NoteSample(long duration)
    {
        // Several threads may do this at once; an update that is lost is no harm.
        if (duration <= s_slowSample)
        {
            _score = Math.Max(0, _score - 1);
            return false;
        }

        _score += SlowWeight;
        if (_score > SlowLimit)
        {
            BeSlow(FewestLooks);
        }

        return true;
    }

    /// <summary>Looks whether a continuation holds up the reader; to be called by one thread, at intervals.</summary>
    /// <param name="isRunByReader">Whether the reader is running continuations at this moment.</param>
    /// <param name="progress">Grows with every continuation begun or ended.</param>
    public bool HasStalled(bool isRunByReader, long progress)
    {
        bool stalled = isRunByReader && progress == _progressSeen;
        _progressSeen = progress;
        if (stalled)
        {
            NoteStall();
        }
        else if (!_isQuick)
        {
            if (--_looks <= 0)
            {
                _isQuick = true;
                _looks = MostLooks;
            }
        }
        else if (--_looks <= 0)
        {
            // Long enough without one that blocked.
            _looksAfterStall = FewestLooks;
        }

        return stalled;
    }

    /// <summary>Notes that a continuation held up the reader.</summary>
    public void NoteStall()
    {
        BeSlow(_looksAfterStall);
        _looksAfterStall = Math.Min(_looksAfterStall * 2, MostLooks);
    }

    private void BeSlow(int looks)
    {
        _score = 0;
        _looks = looks;
        _isQuick = false;
    }
}
