using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Execution;

/// <summary>
/// Sends single commands that no connection has taken yet, and carries out what <see cref="RetryPolicy"/> decides about those that failed. Runs on readers
/// and must not block.
/// </summary>
internal sealed class RequestRecovery : IRequestRecovery, IDisposable
{
    private readonly IRouter _router;
    private readonly RetryQueue _retries;
    private readonly MissingScripts _missingScripts;

    public RequestRecovery(IRouter router, ConnectionSettings settings)
    {
        _router = router;
        _retries = new RetryQueue(settings.Clock, Send, new WaitingLimit(settings.MaxWaitingCommands, settings.MaxWaitingBytes));
        _missingScripts = new MissingScripts(this);
    }

    /// <summary>Calls that wait to be sent again.</summary>
    public int Retrying => _retries.Count;

    /// <summary>Sends a command that keeps its frame, again.</summary>
    public void Send(PendingRequest request) => Send(request, isNew: false);

    /// <summary>Sends a command that keeps its frame for the first time.</summary>
    public void SendNew(PendingRequest request) => Send(request, isNew: true);

    /// <summary>Has a command wait that keeps its frame and that nobody serves at the moment. Never throws.</summary>
    public void Park(PendingRequest request, bool isNew)
    {
        string reason = request.Bucket >= 0 ? $"slot {request.Bucket} has no owner" : "no node is known";
        long use = request.Use;
        try
        {
            Decision decision = RetryPolicy.Decide(AttemptOf(request, Setback.NoOwner));
            _retries.Add(request, decision.Delay, orRefresh: true, new RedisClusterException(reason), isNew);
        }
        catch (Exception thrown)
        {
            // The timer is the user's. The request may be in the queue already, which then finds it over.
            request.Abandon(use, UserCode.Wrap(thrown));
        }
    }

    /// <summary>
    /// Waits as a single call does that nobody serves at the moment: until the topology was read, or for a while. Whoever waits then looks again who serves it.
    /// </summary>
    /// <param name="command">What waits.</param>
    /// <param name="slot">The slot; −1 if no node is known at all.</param>
    /// <param name="isNew">Whether nothing of it was sent, so that it may be refused for lack of room.</param>
    /// <param name="deadline">Moment of the client's clock by which the wait must be over.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RedisQueueFullException">As many wait already as may.</exception>
    /// <exception cref="RedisTimeoutException">The deadline has passed.</exception>
    /// <exception cref="RedisConnectionException">The client was disposed.</exception>
    /// <exception cref="RedisException">The user's clock threw.</exception>
    /// <exception cref="OperationCanceledException">The token ended it.</exception>
    public ValueTask WaitForOwnerAsync(CommandInfo command, int slot, bool isNew, long deadline, CancellationToken cancellationToken)
    {
        var wait = new OwnerWait(command, slot, deadline);
        var result = new ValueTask(wait, wait.Token);
        wait.RegisterCancellation(cancellationToken);
        Park(wait, isNew);
        return result;
    }

    /// <summary>Sends what waits for the topology.</summary>
    public void SendAfterRefresh() => _retries.SendAfterRefresh();

    /// <summary>Ends calls whose deadline has passed.</summary>
    public void TimeOut(long now)
    {
        _retries.TimeOut(now);
        _missingScripts.TimeOut(now);
    }

    public bool TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source)
    {
        if (_missingScripts.TryProvide(request, error, source))
        {
            return true;
        }

        RoutedDecision decision = RoutedDecision.After(_router, request.Command, request.Bucket, error, source, AttemptOf(request, Setback.Other));
        if (decision.Redirect is { } redirect)
        {
            RequestRoute.Of(request).AddRedirect(redirect);
        }

        if (request.Command.MayFailAfterWriting)
        {
            request.NoteMayHaveExecuted();
        }

        return TryExecute(request, decision, error, source);
    }

    public bool TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source)
    {
        Attempt attempt = AttemptOf(request, SetbackReader.Read(loss)) with { MayHaveExecuted = loss.MayHaveExecuted };
        Decision decision = RoutedDecision.AfterLoss(_router, request.Command, request.Bucket, source, attempt);
        switch (decision.Verdict)
        {
            case Verdict.Stay:
                return false;
            case Verdict.Now:
                Send(request);
                break;
            case Verdict.OutcomeUnknown:
                request.Fail(attempt.AsksForNew ? OutcomeUnknown.OfNewEntries(loss.Cause) : OutcomeUnknown.After(loss.Cause));
                break;
            case Verdict.OutcomeUnknownAtEnd:
                request.Fail(OutcomeUnknown.AtEnd(loss.Cause));
                break;
            case Verdict.TimedOut:
                request.Fail(RetryQueue.TimedOut(ErrorCopy.Of(loss.Cause)));
                break;
            default:
                request.Fail(ErrorCopy.Of(loss.Cause));
                break;
        }

        return true;
    }

    public void Dispose() => _retries.Dispose();

    private void Send(PendingRequest request, bool isNew)
    {
        if (request.IsCompleted)
        {
            request.ReleaseFrame();
            return;
        }

        if (request is OwnerWait wait)
        {
            wait.End();
            return;
        }

        // Permission to ask an importing node was for the attempt before.
        request.Prefix = null;
        if (_router.Select(request.Command, request.Bucket) is not { } node)
        {
            Park(request, isNew);
        }
        else if (isNew)
        {
            node.SendNew(request);
        }
        else
        {
            node.SendAgain(request);
        }
    }

    private bool TryExecute(PendingRequest request, in RoutedDecision decision, in ErrorReply error, INodeChannel source)
    {
        switch (decision.Verdict)
        {
            case Verdict.ToTarget:
                decision.Target!.SendAgain(request);
                return true;
            case Verdict.AskingTarget:
                SendAsking(request, decision.Target!);
                return true;
            case Verdict.Now:
                Send(request);
                return true;
            case Verdict.Later when !_retries.IsFull(request):
                RedisException cause = CauseOf(decision, error, source);
                request.NoteRefusal(cause);
                // One to a node that is not known waits for the topology.
                bool isToUnknown = decision is { Setback: Setback.Moved or Setback.Ask, Target: null };
                _retries.Add(request, decision.Decision.Delay, orRefresh: isToUnknown, cause);
                return true;
            case Verdict.TooManyRedirects:
                request.Fail(TooManyRedirects("command", source));
                return true;
            case Verdict.TimedOut:
                request.Fail(RetryQueue.TimedOut(CauseOf(decision, error, source)));
                return true;
            default:
                // The server's word is the caller's. So it is where as many wait already as may: the command was not executed.
                return false;
        }
    }

    /// <summary>Sends a command again to a node that said it did not know something, or that an ASK names.</summary>
    public static void SendAsking(PendingRequest request, INodeChannel node)
    {
        request.Prefix = Asking.Prefix;
        RequestRoute.Of(request).AskedEndpoint = node.Endpoint;
        node.SendAgain(request);
    }

    /// <summary>The error of a command, pipeline or transaction that is redirected without end.</summary>
    public static RedisRedirectLimitException TooManyRedirects(string what, INodeChannel source) =>
        new($"The nodes redirected the {what} more than {RetryPolicy.MaxRedirects} times.") { Endpoint = source.Endpoint };

    private static RedisException CauseOf(in RoutedDecision decision, in ErrorReply error, INodeChannel source) => decision.Target is { } target
        ? new RedisClusterException($"redirected by {source.Endpoint} to {target.Endpoint}")
        : error.ToException();

    private Attempt AttemptOf(PendingRequest request, Setback setback) => new()
    {
        Setback = setback,
        Attempts = request.Attempts,
        Redirects = RequestRoute.Find(request)?.Redirects.Count ?? 0,
        Binding = request.Command.IsForOneNode ? Binding.Node : (request.Command.Flags & CommandFlags.Session) != 0 ? Binding.Connection : Binding.None,
        AsksForNew = NewEntries.AreAskedFor(request.Command, request.Frame),
        AnsweredAfter = TimeSpan.FromMilliseconds(request is IDedicatedRequest answered ? _router.Clock.Now - answered.AttemptBegan : 0),
        SetUp = TimeSpan.FromMilliseconds(request is IDedicatedRequest sent ? sent.SetUpMilliseconds : 0),
        IsOverdue = request.DeadlineTimestamp <= _router.Clock.Now,
    };
}
