using TypedRedis.Observation;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.ManyKeys;

/// <summary>What a split command needs of its client.</summary>
internal interface ISplitClient
{
    /// <summary>Where commands go.</summary>
    IRouter Router { get; }

    /// <summary>Who is told of calls; null if nobody listens.</summary>
    CallObserver? Calls { get; }

    /// <summary>Refuses a call that cannot begin: the client is disposed, or the deadline leaves it no time.</summary>
    /// <exception cref="ObjectDisposedException">The client is disposed.</exception>
    /// <exception cref="RedisTimeoutException">The deadline leaves the call no time.</exception>
    void ThrowIfRefused(Deadline deadline, string command);

    /// <summary>Begins to encode the arguments of an item.</summary>
    RequestWriter BeginItem();

    /// <summary>The moment of the client's clock that a deadline means.</summary>
    long DeadlineFor(Deadline deadline);
}
