using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

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
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private int _running;

    public DeadlineTimer(Clock clock, Action<long> timeOut, ILogger? logger = null)
    {
        _clock = clock;
        _timeOut = timeOut;
        _logger = SafeLogger.Around(logger ?? NullLogger.Instance);
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
        catch (Exception thrown)
        {
            // On a timer's thread it would end the process; the next tick looks again.
            ConnectionLog.TimerThrew(_logger, thrown);
        }
        finally
        {
            Volatile.Write(ref _running, 0);
        }
    }
}
