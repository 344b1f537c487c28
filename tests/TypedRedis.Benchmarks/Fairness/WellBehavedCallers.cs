using System.Diagnostics;
using TypedRedis.Benchmarks.Cases;
using TypedRedis.Benchmarks.Running;

namespace TypedRedis.Benchmarks.Fairness;

/// <summary>
/// The callers whose service is measured: 64 that read small values into buffers of their own, one call after the other, and compare every
/// reply. Each has 16 keys that nobody else reads. Every call is timed.
/// </summary>
/// <param name="commands">The shared client.</param>
internal sealed class WellBehavedCallers(IFairnessCommands commands)
{
    /// <summary>Number of the callers.</summary>
    public const int Count = 64;

    private const int KeysEach = DataSet.KeyCount / Count;

    private readonly LatencyHistogram _latencies = new();
    private readonly One[] _callers = [.. Enumerable.Range(0, Count).Select(_ => new One())];
    private Task[] _running = [];
    private volatile bool _isOver;

    /// <summary>Lets them begin.</summary>
    public void Start() => _running = [.. _callers.Select((caller, i) => Task.Run(() => CallAsync(caller, i * KeysEach)))];

    /// <summary>Lets them end, and waits for it.</summary>
    /// <exception cref="TimeoutException">A caller still waits for its reply.</exception>
    /// <exception cref="AggregateException">A call failed, or got a wrong reply.</exception>
    public void End(TimeSpan deadline)
    {
        _isOver = true;
        if (!Task.WaitAll(_running, deadline))
        {
            throw new TimeoutException($"{_running.Count(task => !task.IsCompleted)} well-behaved callers still wait for a reply.");
        }
    }

    /// <summary>Looks at them between two moments. Blocks the thread, which is not to be one of the pool's.</summary>
    public Service Observe(TimeSpan window)
    {
        _latencies.Clear();
        Array.ForEach(_callers, static caller => caller.Longest = 0);
        long before = _callers.Sum(static caller => caller.Commands);
        long start = Stopwatch.GetTimestamp();
        Thread.Sleep(window);
        long end = Stopwatch.GetTimestamp();
        long commands = _callers.Sum(static caller => caller.Commands) - before;
        // Who waits now has waited that long at least.
        long longest = _callers.Max(caller => Math.Max(caller.Longest, caller.Started is > 0 and long started ? end - started : 0));
        Task? failed = Array.Find(_running, static task => task.IsFaulted);
        return failed is null
            ? new(commands / Stopwatch.GetElapsedTime(start, end).TotalSeconds, _latencies.Percentile(0.99), longest * 1000.0 / Stopwatch.Frequency)
            : throw failed.Exception!;
    }

    private async Task CallAsync(One caller, int firstKey)
    {
        DataSet data = DataSet.Read;
        byte[] buffer = new byte[DataSet.ValueLength];
        for (int i = firstKey; !_isOver; i = i + 1 == firstKey + KeysEach ? firstKey : i + 1)
        {
            long started = Stopwatch.GetTimestamp();
            caller.Started = started;
            int length = await commands.GetAsync(data.Keys[i], buffer);
            long took = Stopwatch.GetTimestamp() - started;
            caller.Started = 0;
            caller.Longest = Math.Max(caller.Longest, took);
            _latencies.Record(took);
            Check.Equal(data.Bytes[i], buffer.AsSpan(0, Math.Max(0, length)), data.Keys[i]);
            // The next reply must not be taken for this one.
            buffer[0] = 0;
            caller.Commands++;
        }
    }

    // Written by its caller alone, save for resetting.
    private sealed class One
    {
        private long _commands;
        private long _started;
        private long _longest;

        public long Commands
        {
            get => Volatile.Read(ref _commands);
            set => Volatile.Write(ref _commands, value);
        }

        // 0 between calls.
        public long Started
        {
            get => Volatile.Read(ref _started);
            set => Volatile.Write(ref _started, value);
        }

        public long Longest
        {
            get => Volatile.Read(ref _longest);
            set => Volatile.Write(ref _longest, value);
        }
    }
}
