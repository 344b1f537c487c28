namespace TypedRedis.Benchmarks.Fairness;

/// <summary>Looks at the process's memory every few milliseconds, on a thread of its own, and remembers the most it saw.</summary>
internal sealed class MemoryWatch : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(5);

    private readonly ManualResetEventSlim _end = new();
    private readonly Thread _thread;
    private readonly long _managedAtStart = GC.GetTotalMemory(forceFullCollection: false);
    private readonly long _workingSetAtStart = Environment.WorkingSet;
    private long _managed;
    private long _workingSet;

    public MemoryWatch()
    {
        _thread = new Thread(Watch) { IsBackground = true, Name = "memory watch" };
        _thread.Start();
    }

    /// <summary>By how much managed memory had grown at most, MB of 10⁶ bytes; what awaits collection included.</summary>
    public double ManagedGrowth => Math.Max(0, Volatile.Read(ref _managed) - _managedAtStart) / 1e6;

    /// <summary>By how much the working set had grown at most, MB of 10⁶ bytes.</summary>
    public double WorkingSetGrowth => Math.Max(0, Volatile.Read(ref _workingSet) - _workingSetAtStart) / 1e6;

    public void Dispose()
    {
        _end.Set();
        _thread.Join();
        _end.Dispose();
    }

    private void Watch()
    {
        do
        {
            Volatile.Write(ref _managed, Math.Max(_managed, GC.GetTotalMemory(forceFullCollection: false)));
            Volatile.Write(ref _workingSet, Math.Max(_workingSet, Environment.WorkingSet));
        }
        while (!_end.Wait(s_interval));
    }
}
