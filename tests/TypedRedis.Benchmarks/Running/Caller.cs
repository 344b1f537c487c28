using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace TypedRedis.Benchmarks.Running;

/// <summary>
/// One of the concurrent callers of a case: tells its loop when to end, counts what it did, and measures the duration of a sample
/// of its calls. Used by its own loop alone; only the count is read from outside.
/// </summary>
internal sealed class Caller
{
    private readonly RunState _run;
    private readonly int _commandsPerCall;
    private readonly int _sampleMask;
    private int _calls;
    private long _commands;
    private long _started;

    /// <param name="run">The run this caller belongs to.</param>
    /// <param name="index">0 for the first caller.</param>
    /// <param name="commandsPerCall">How many commands one pass of the loop sends.</param>
    /// <param name="sampleEvery">Of how many calls one is timed; a power of two.</param>
    public Caller(RunState run, int index, int commandsPerCall, int sampleEvery)
    {
        _run = run;
        Index = index;
        _commandsPerCall = commandsPerCall;
        _sampleMask = sampleEvery - 1;
        // Callers that go in step are not to be sampled in the same pass.
        _calls = index;
    }

    /// <summary>0 for the first caller.</summary>
    public int Index { get; }

    /// <summary>Commands of which the reply was verified.</summary>
    public long Commands => Volatile.Read(ref _commands);

    /// <summary>Begins a call.</summary>
    /// <returns>False once the run is over: the loop is to end.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Begin()
    {
        if (_run.IsOver)
        {
            return false;
        }

        if ((_calls++ & _sampleMask) == 0)
        {
            _started = Stopwatch.GetTimestamp();
        }

        return true;
    }

    /// <summary>Notes that the reply has come; what follows (such as verifying it) is not part of the call's duration.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Replied()
    {
        if (_started != 0)
        {
            _run.Latencies.Record(Stopwatch.GetTimestamp() - _started);
            _started = 0;
        }
    }

    /// <summary>Counts a call whose reply was verified.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Verified() => Volatile.Write(ref _commands, _commands + _commandsPerCall);
}
