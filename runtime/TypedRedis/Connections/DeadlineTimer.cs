namespace TypedRedis.Connections;

/// <summary>
/// Ends calls whose deadline has passed: one timer for a whole client that looks at what is in flight, so that a call costs no
/// timer of its own.
/// </summary>
internal sealed class DeadlineTimer : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(20);

    private readonly Clock _clock;
    private readonly Action<long> _timeOut;
    private readonly ITimer _timer;
    private int _running;

    public DeadlineTimer(Clock clock, Action<long> timeOut)
    {
        _clock = clock;
        _timeOut = timeOut;
        _timer = clock.Provider.CreateTimer(static state => ((DeadlineTimer)state!).Tick(), this, s_period, s_period);
    }

    public void Dispose() => _timer.Dispose();

    private void Tick()
    {
        // A tick that takes longer than the period is not run twice at once.
        if (Interlocked.Exchange(ref _running, 1) == 1)
        {
            return;
        }

        try
        {
            _timeOut(_clock.Now);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }
}
