namespace TypedRedis.UnitTests.Connections;

/// <summary>A clock that stands still until it is advanced; timers fire on the advancing thread, in the order of their moments.</summary>
internal sealed class ManualTimeProvider : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many timers will fire only once and have not yet, such as delays; periodic ones are not counted.</summary>
    public int PendingOnce
    {
        get
        {
            lock (_gate)
            {
                return _timers.Count(timer => timer.Period == Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Whether a timer that fires only once will do so in exactly that time.</summary>
    public bool IsDueOnce(TimeSpan time)
    {
        lock (_gate)
        {
            return _timers.Any(timer => timer.Period == Timeout.InfiniteTimeSpan && timer.Due == _now + time);
        }
    }

    public override long GetTimestamp()
    {
        lock (_gate)
        {
            return _now.Ticks;
        }
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass.</summary>
    public void Advance(TimeSpan time)
    {
        TimeSpan end = _now + time;
        while (true)
        {
            ManualTimer? next;
            lock (_gate)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                if (next is null)
                {
                    _now = end;
                    return;
                }

                _now = TimeSpan.FromTicks(Math.Max(_now.Ticks, next.Due.Ticks));
                if (next.Period == Timeout.InfiniteTimeSpan)
                {
                    _timers.Remove(next);
                }
                else
                {
                    next.Due += next.Period;
                }
            }

            next.Fire();
        }
    }

    /// <summary>
    /// Lets time pass in which nothing runs, as while the process is suspended. Timers that became due meanwhile fire at its end, periodic ones once.
    /// </summary>
    public void Suspend(TimeSpan time)
    {
        lock (_gate)
        {
            _now += time;
            foreach (ManualTimer late in _timers.Where(timer => timer.Due < _now))
            {
                late.Due = _now;
            }
        }

        Advance(TimeSpan.Zero);
    }

    private sealed class ManualTimer(ManualTimeProvider clock, Action fire) : ITimer
    {
        public TimeSpan Due { get; set; }

        public TimeSpan Period { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock._now + dueTime;
                    Period = period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan;
                    clock._timers.Add(this);
                }

                return true;
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
