namespace TypedRedis;

/// <summary>
/// How many calls a client has had since it was made, and how they ended. A call is what a caller asks for: one command however often it is sent, a command for
/// several nodes or for keys in many slots, a whole pipeline, a whole transaction. Numbers only grow; the difference of two readings tells what happened
/// between them.
/// </summary>
/// <remarks>
/// Counting goes on while the numbers are read, without a lock: each is right by itself, and together they may differ by what was just under way.
/// </remarks>
public sealed record RedisCallStatistics
{
    /// <summary>Calls that were begun, those refused before anything was sent included. Those that have not ended are under way.</summary>
    public long Started { get; init; }

    /// <summary>Calls that ended well. A pipeline does if all its commands do.</summary>
    public long Succeeded { get; init; }

    /// <summary>Calls that ended with an error, those that timed out included.</summary>
    public long Failed { get; init; }

    /// <summary>Calls that were ended by a <see cref="CancellationToken"/>.</summary>
    public long Cancelled { get; init; }

    /// <summary>Calls of which something was sent more than once: after a redirect, a lost connection, or an error that passes.</summary>
    public long Retried { get; init; }

    /// <summary>Calls of which something was redirected by a node (<c>MOVED</c>, <c>ASK</c>), among those of <see cref="Retried"/>.</summary>
    public long Redirected { get; init; }

    /// <summary>Calls that have begun and not ended.</summary>
    public long UnderWay => Started - Succeeded - Failed - Cancelled;
}
