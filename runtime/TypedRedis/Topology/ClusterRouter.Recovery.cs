using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Topology;

/// <content>Carries out what <see cref="RetryPolicy"/> decides about commands that a node did not serve. Runs on readers and must not block.</content>
internal sealed partial class ClusterRouter
{
    private int _movedCount;

    public bool TryRecoverFromError(PendingRequest request, in ErrorReply error, NodeConnection source)
    {
        Setback setback = SetbackReader.Read(error, request.Command);
        if (setback == Setback.Other || request.IsBound)
        {
            return false;
        }

        if (setback is Setback.Moved or Setback.Ask)
        {
            return Redirect.TryParse(error) is { } redirect && Follow(request, redirect, setback, source);
        }

        Decision decision = RetryPolicy.Decide(AttemptOf(request, setback, source));
        // So many wait that this one is better off with the server's word: it was not executed.
        return decision.Verdict != Verdict.Fail && !_retries.IsFull(request) && Execute(request, decision, source, error.ToException());
    }

    public bool TryRecoverFromLoss(PendingRequest request, Exception cause, bool mayHaveExecuted, NodeConnection source)
    {
        if (request is FanOutReply part)
        {
            part.Lose(cause, mayHaveExecuted, MayRepeat(request.Command));
            return true;
        }

        Decision decision = RetryPolicy.Decide(AttemptOf(request, Setback.Loss, source) with { MayHaveExecuted = mayHaveExecuted });
        if (decision.Verdict == Verdict.Fail)
        {
            return false;
        }

        if (request.Slot < 0)
        {
            ReplaceDefaultNode(source);
        }

        return Execute(request, decision, source, cause);
    }

    private bool IsKnownReplica(NodeConnection node) => _map.Nodes.Find(node.Endpoint) is { IsReplica: true };

    private Attempt AttemptOf(PendingRequest request, Setback setback, NodeConnection source) => new()
    {
        Setback = setback,
        Attempts = request.Attempts,
        Redirects = request.RedirectCount,
        Retry = request.Command.Retry,
        RepeatsAll = _options.RetryNonIdempotent,
        IsBound = request.IsBound,
        FollowsRedirects = true,
        IsKnownReplica = setback == Setback.ReadOnly && IsKnownReplica(source),
    };

    // True: the request is taken over.
    private bool Execute(PendingRequest request, in Decision decision, NodeConnection source, Exception cause, NodeConnection? target = null)
    {
        if (decision.LooksAnew)
        {
            _refresher.Request();
        }

        switch (decision.Verdict)
        {
            case Verdict.Fail:
                return false;
            case Verdict.OutcomeUnknown:
                request.Fail(OutcomeUnknown.After(cause));
                break;
            case Verdict.TooManyRedirects:
                request.Fail(new RedisRedirectLimitException($"The nodes redirected the command more than {ResendLimits.MaxRedirects} times.") { Endpoint = source.Endpoint });
                break;
            case Verdict.Now:
                Route(request);
                break;
            case Verdict.Later:
                _retries.Add(request, decision.Delay, orRefresh: false, cause as RedisException ?? NodeConnection.CopyFor(cause));
                break;
            case Verdict.ToTarget:
                target!.Send(request);
                break;
            case Verdict.AskingTarget:
                target!.SendAsking(request);
                break;
        }

        return true;
    }

    private bool Follow(PendingRequest request, Redirect redirect, Setback setback, NodeConnection source)
    {
        RedisEndpoint endpoint = _options.Remap(redirect.Resolve(source.Endpoint));
        request.AddRedirect(TextOf(endpoint, setback));
        NodeConnection target = TargetOf(redirect, endpoint, setback, source);
        Decision decision = RetryPolicy.Decide(AttemptOf(request, setback, source));
        var cause = new RedisClusterException($"redirected by {source.Endpoint} to {endpoint}");
        return Execute(request, decision, source, cause, target);
    }

    private static string TextOf(RedisEndpoint endpoint, Setback redirect) => $"{(redirect == Setback.Moved ? "MOVED" : "ASK")} {endpoint}";

    // Where a redirect leads, and what it says about the slot.
    private NodeConnection TargetOf(Redirect redirect, RedisEndpoint endpoint, Setback setback, NodeConnection source)
    {
        if (setback == Setback.Moved)
        {
            CountMoved();
        }

        NodeConnection target = endpoint == source.Endpoint ? Renew(source) : _pool.Get(endpoint);
        if (setback == Setback.Moved)
        {
            MoveSlot(redirect.Slot, target);
        }

        return target;
    }

    // A node that redirects to itself is not the one we meant to reach: its name or address leads elsewhere by now.
    private NodeConnection Renew(NodeConnection source)
    {
        NodeConnection renewed = _pool.Renew(source);
        UseConnection(renewed);
        _refresher.Request();
        return renewed;
    }

    private void CountMoved()
    {
        int count = Interlocked.Increment(ref _movedCount);
        if (_options.ReinitializeSteps > 0 && count % _options.ReinitializeSteps == 0)
        {
            _refresher.Request();
        }
    }
}
