using TypedRedis.Connections;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Topology;

/// <summary>
/// Carries out what <see cref="RetryPolicy"/> decides where there is one server: there is nowhere else to go, so what may be repeated waits
/// until the server can serve it, or until its name leads to one that can.
/// </summary>
internal sealed class SingleServerRouter : IRequestRecovery, IPipelineRouter, IAsyncDisposable
{
    private readonly ConnectionSettings _settings;
    private readonly bool _repeatsAll;
    private readonly RetryQueue _retries;
    private readonly DeadlineTimer _deadlines;

    public SingleServerRouter(RedisEndpoint endpoint, ConnectionSettings settings, bool repeatsAll)
    {
        _settings = settings;
        _repeatsAll = repeatsAll;
        Node = new NodeConnection(endpoint, settings, this);
        _retries = new RetryQueue(settings.Clock, Resend, new WaitingLimit(settings.MaxWaitingCommands, settings.MaxWaitingBytes));
        _deadlines = new DeadlineTimer(settings.Clock, Tick, settings.Logger);
    }

    /// <summary>The way to the server.</summary>
    public NodeConnection Node { get; }

    Clock IPipelineRouter.Clock => _settings.Clock;

    public bool TryRecoverFromError(PendingRequest request, in ErrorReply error, NodeConnection source)
    {
        Setback setback = SetbackReader.Read(error, request.Command);
        if (setback == Setback.Other)
        {
            return false;
        }

        Decision decision = DecideAbout(request, setback, mayHaveExecuted: false);
        // So many may wait that this one is better off with the server's word: it was not executed.
        if (decision.Verdict != Verdict.Later || _retries.IsFull(request))
        {
            return false;
        }

        Look(source, decision);
        _retries.Add(request, decision.Delay, orRefresh: false, error.ToException());
        return true;
    }

    public bool TryRecoverFromLoss(PendingRequest request, Exception cause, bool mayHaveExecuted, NodeConnection source)
    {
        switch (DecideAbout(request, Setback.Loss, mayHaveExecuted).Verdict)
        {
            case Verdict.Now:
                source.Send(request);
                return true;
            case Verdict.OutcomeUnknown:
                request.Fail(OutcomeUnknown.After(cause));
                return true;
            default:
                return false;
        }
    }

    IRequestChannel? IPipelineRouter.Find(CommandInfo command, int slot) => Node;

    Resending IPipelineRouter.Recover(CommandInfo command, in ErrorReply error, IRequestChannel source, int attempts)
    {
        Setback setback = SetbackReader.Read(error, command);
        if (setback == Setback.Other)
        {
            return default;
        }

        Decision decision = RetryPolicy.Decide(new Attempt { Setback = setback, Attempts = attempts, Retry = command.Retry, RepeatsAll = _repeatsAll });
        Look((NodeConnection)source, decision);
        return Resending.For(decision, setback);
    }

    void IPipelineRouter.NoteLoss(IRequestChannel source)
    {
        // It connects again by itself.
    }

    bool IPipelineRouter.MayRepeat(CommandInfo command) => _repeatsAll || command.Retry != RetryClass.NotIdempotent;

    public async ValueTask DisposeAsync()
    {
        _retries.Dispose();
        await Node.DisposeAsync().ConfigureAwait(false);
        _deadlines.Dispose();
    }

    // Redirects are the caller's to see: the client was made for this one server.
    private Decision DecideAbout(PendingRequest request, Setback setback, bool mayHaveExecuted) => RetryPolicy.Decide(new Attempt
    {
        Setback = setback,
        Attempts = request.Attempts,
        Retry = request.Command.Retry,
        RepeatsAll = _repeatsAll,
        MayHaveExecuted = mayHaveExecuted,
        IsBound = request.IsBound,
    });

    private static void Look(NodeConnection node, in Decision decision)
    {
        if (decision.LooksAnew)
        {
            node.DialAnew();
        }
    }

    private void Resend(PendingRequest request)
    {
        if (request.IsCompleted)
        {
            request.ReleaseFrame();
        }
        else
        {
            Node.Send(request);
        }
    }

    private void Tick(long now)
    {
        Node.TimeOut(now);
        _retries.TimeOut(now);
    }
}
