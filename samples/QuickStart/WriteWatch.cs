namespace QuickStart;

/// <summary>Counts what the writers saw.</summary>
internal sealed class WriteWatch
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _reached;
    private long _target;

    public long Writes { get; private set; }

    public int Errors { get; private set; }

    public TimeSpan LongestWait { get; private set; }

    public void Wrote(TimeSpan elapsed)
    {
        lock (_gate)
        {
            Writes++;
            LongestWait = elapsed > LongestWait ? elapsed : LongestWait;
            if (_reached is not null && Writes >= _target)
            {
                _reached.SetResult();
                _reached = null;
            }
        }
    }

    public void Failed()
    {
        lock (_gate)
        {
            Errors++;
        }
    }

    /// <summary>Completes after so many further writes.</summary>
    public Task WaitForWritesAsync(int count)
    {
        lock (_gate)
        {
            _target = Writes + count;
            _reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _reached.Task;
        }
    }
}
