using TypedRedis.Connections;

namespace TypedRedis.Observation;

/// <summary>Counts calls.</summary>
internal sealed class CallCounters : ICommandObserver
{
    private long _started;
    private long _succeeded;
    private long _failed;
    private long _cancelled;
    private long _retried;
    private long _redirected;

    public CallTag OnStart(in CallStart start)
    {
        Interlocked.Increment(ref _started);
        return default;
    }

    public void OnEnd(in CallTag tag, in CallEnd end)
    {
        Interlocked.Increment(ref end.Error is null ? ref _succeeded : ref end.Error is OperationCanceledException ? ref _cancelled : ref _failed);
        if (end.Attempts > 1)
        {
            Interlocked.Increment(ref _retried);
        }

        if (end.Redirects.Count > 0)
        {
            Interlocked.Increment(ref _redirected);
        }
    }

    /// <summary>The numbers as users see them.</summary>
    public RedisCallStatistics ToStatistics()
    {
        // Ends before starts: never more of them.
        long succeeded = Interlocked.Read(ref _succeeded);
        long failed = Interlocked.Read(ref _failed);
        long cancelled = Interlocked.Read(ref _cancelled);
        long retried = Interlocked.Read(ref _retried);
        long redirected = Interlocked.Read(ref _redirected);
        return new RedisCallStatistics
        {
            Started = Interlocked.Read(ref _started),
            Succeeded = succeeded,
            Failed = failed,
            Cancelled = cancelled,
            Retried = retried,
            Redirected = redirected,
        };
    }
}
