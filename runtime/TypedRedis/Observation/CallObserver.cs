using Microsoft.Extensions.Logging;
using TypedRedis.Connections;

namespace TypedRedis.Observation;

/// <summary>A client's observer as its calls tell it: whatever it throws ends here, with a line in the log.</summary>
/// <param name="observer">The observer.</param>
/// <param name="logger">Where to log to; never throws.</param>
internal sealed class CallObserver(ICommandObserver observer, ILogger logger) : ICompletionListener
{
    /// <summary>The observer itself.</summary>
    public ICommandObserver Observer { get; } = observer;

    /// <summary>Tells of a start.</summary>
    /// <returns>What the end is to be told with.</returns>
    public CallTag Start(in CallStart start)
    {
        try
        {
            return Observer.OnStart(start);
        }
        catch (Exception thrown)
        {
            ObservationLog.ObserverThrew(logger, thrown);
            return default;
        }
    }

    /// <summary>Tells of the start of a call that is one request, and of its end once that has come.</summary>
    public void Follow(PendingRequest request, in CallStart start) => request.Observe(RequestObservation.Rent(this, Start(start)));

    /// <summary>Tells of an end.</summary>
    public void End(in CallTag tag, in CallEnd end)
    {
        try
        {
            Observer.OnEnd(tag, end);
        }
        catch (Exception thrown)
        {
            ObservationLog.ObserverThrew(logger, thrown);
        }
    }

    /// <summary>Tells of the start of a call that is several requests.</summary>
    /// <returns>What its end is told by.</returns>
    public ObservedCall Begin(in CallStart start) => new(this, Start(start));

    /// <summary>Tells of a call that is over as it begins.</summary>
    public void Refuse(in CallStart start, Exception refusal) => End(Start(start), new CallEnd { Error = refusal });

    void ICompletionListener.OnCompleted(PendingRequest request, Exception? failure, RedisEndpoint? node, in CallTag tag) =>
        End(tag, new CallEnd { Error = failure, Node = node, Attempts = request.Attempts, Redirects = (request.Notes as IRedirected)?.Redirects ?? [] });
}
