using TypedRedis.Connections;
using TypedRedis.Observation;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Execution;

/// <summary>
/// One command on several nodes at the same time. A part that failed, and may be repeated like a single call, is sent again until the deadline;
/// where it goes is looked up anew, so that a promoted replica takes the place of its primary and a node that left is not waited for. A part
/// that may not be repeated waits for what its node says, or for the loss of its connection. Parts that succeeded are not repeated.
/// </summary>
internal sealed class FanOut(IFanOutRouter router, CommandInfo command, byte[] frame, long deadline, CancellationToken cancellationToken, ObservedCall? observed = null)
{
    private readonly List<FanOutPart> _parts = [];

    private bool NeedsOneOnly => command.Response == ResponsePolicy.OneSucceeded;

    private bool IsDone => _parts.All(part => part.IsSettled) || (NeedsOneOnly && _parts.Any(part => part.Reply is not null));

    /// <summary>The merged reply.</summary>
    /// <exception cref="RedisMultiNodeException">Some nodes failed; if one success is enough, all did.</exception>
    /// <exception cref="RedisException">There is but one node, and it failed; or the replies cannot become one.</exception>
    /// <exception cref="OperationCanceledException">The token ended it.</exception>
    public async Task<byte[]> RunAsync()
    {
        try
        {
            do
            {
                Task reading = router.NextReading;
                Assign();
                if (IsDone)
                {
                    break;
                }

                await WaitAsync(reading).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
                await SettleAsync(topologyWasRead: reading.IsCompleted).ConfigureAwait(false);
            }
            while (!IsDone);
        }
        finally
        {
            _parts.ForEach(part => part.Abandon());
            Tell();
        }

        return Result();
    }

    private void Tell()
    {
        if (observed is null)
        {
            return;
        }

        _parts.ForEach(part => observed.NoteAttempts(part.Attempts));
        observed.NoteNode(_parts.Count == 1 && _parts[0].Reply is not null ? _parts[0].Endpoint : null);
    }

    // Gives each target its part, ends the parts that no node is wanted for any more, and begins the attempts that are due.
    private void Assign()
    {
        FanOutTarget[] targets = router.TargetsOf(command);
        var free = new List<FanOutPart>(_parts);
        foreach (FanOutTarget target in targets.OrderBy(target => free.Exists(part => part.Endpoint == target.Node.Endpoint) ? 0 : 1).ToArray())
        {
            FanOutPart? part = free.Find(part => part.Endpoint == target.Node.Endpoint) ?? free.Find(part => part.IsFor(target));
            if (part is null)
            {
                _parts.Add(new FanOutPart(target));
                continue;
            }

            free.Remove(part);
            if (IsOpen(part) && part.Target.Node != target.Node && (part.IsWaiting || RetryPolicy.MayRepeat(command.Retry, router.RepeatsAll)))
            {
                part.Abandon();
                part.MoveTo(target);
            }

            // Otherwise the node owes a reply that makes a difference. If it works, it answers; if it hangs, the router closes its connections.
        }

        // A slot without owner may yet come back with its node; what is missing must not look like nothing.
        if (router.KnowsAllSlots && free.Exists(IsOpen))
        {
            Leave(free.FindAll(IsOpen), targets);
        }

        long now = router.Clock.Now;
        foreach (FanOutPart part in _parts.Where(part => part.IsWaiting && part.Due <= now))
        {
            part.Start(command, frame, deadline, cancellationToken);
        }
    }

    // Neither answered nor about to be.
    private static bool IsOpen(FanOutPart part) => !part.IsSettled && part.Call is not { IsCompleted: true };

    // The nodes of these parts have left. If each node was asked for itself, nothing is missing without them. If they were asked for their slots, other nodes have these by
    // now, and what those have answered may be without them.
    private void Leave(List<FanOutPart> parts, FanOutTarget[] targets)
    {
        if (command.DefaultTarget == CommandTarget.AllNodes || NeedsOneOnly)
        {
            parts.ForEach(part => part.Abandon());
            // They were made, whoever is left.
            parts.ForEach(part => observed?.NoteAttempts(part.Attempts));
            _parts.RemoveAll(parts.Contains);
        }
        else if (RetryPolicy.MayRepeat(command.Retry, router.RepeatsAll))
        {
            _parts.ForEach(part => part.Abandon());
            bool mayHaveExecuted = _parts.Exists(part => part.MayHaveExecuted || part.Reply is not null);
            int attempts = _parts.Max(part => part.Attempts);
            _parts.Clear();
            _parts.AddRange(targets.Select(target => new FanOutPart(target, mayHaveExecuted, attempts)));
        }
        else
        {
            // Those under way end as above.
            parts.FindAll(part => part.IsWaiting).ForEach(part => part.Fail(
                Described(new RedisConnectionException("The node has left the cluster, and other nodes have its slots.", part.LastError))));
        }
    }

    // Until something has happened: a reply, a look at the topology, or a pause that is over.
    private async Task WaitAsync(Task reading)
    {
        using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> events = [reading, .. _parts.Select(part => part.Call).OfType<Task>()];
        if (_parts.Exists(part => part.IsWaiting))
        {
            long due = Math.Min(deadline, _parts.Where(part => part.IsWaiting).Min(part => part.Due));
            events.Add(router.Clock.DelayAsync(TimeSpan.FromMilliseconds(Math.Max(1, due - router.Clock.Now)), pause.Token));
        }

        await Task.WhenAny(events).ConfigureAwait(false);
        await pause.CancelAsync().ConfigureAwait(false);
    }

    private async Task SettleAsync(bool topologyWasRead)
    {
        long now = router.Clock.Now;
        foreach (FanOutPart part in _parts)
        {
            if (part.Call is { IsCompleted: true } && await part.TakeResultAsync().ConfigureAwait(false) is { } error)
            {
                Decide(part, error, now);
            }

            if (part.IsWaiting && now >= deadline)
            {
                part.Fail(TimedOut(part));
            }
            else if (part.IsWaiting && topologyWasRead)
            {
                part.Due = now;
            }
        }
    }

    private void Decide(FanOutPart part, RedisException error, long now)
    {
        INodeChannel node = part.Target.Node;
        Decision decision = RetryPolicy.Decide(new Attempt
        {
            Setback = part.Setback,
            Attempts = part.Failures + 1,
            Retry = command.Retry,
            RepeatsAll = router.RepeatsAll,
            MayHaveExecuted = part.MayLastHaveExecuted,
            // If the command was not meant for replicas too, it was a primary when it was asked.
            IsKnownReplica = part.Setback == Setback.ReadOnly && command.DefaultTarget == CommandTarget.AllNodes && router.IsKnownReplica(node),
        });
        if (decision.LooksAnew && part.Setback is (Setback.Loss or Setback.NotConnected))
        {
            router.NoteLoss(node, isKeyless: true);
        }
        else if (decision.LooksAnew)
        {
            router.LookAnew(node, error);
        }

        switch (decision.Verdict)
        {
            case Verdict.Now or Verdict.Later:
                part.Retry(error);
                part.Due = now + (long)decision.Delay.TotalMilliseconds;
                break;
            case Verdict.OutcomeUnknown:
                part.Fail(Described(OutcomeUnknown.After(error)));
                break;
            case Verdict.OutcomeUnknownAtEnd:
                part.Fail(Described(OutcomeUnknown.AtEnd(error)));
                break;
            default:
                part.Fail(error);
                break;
        }
    }

    private RedisException TimedOut(FanOutPart part) => Described(new RedisTimeoutException(
        "The call did not finish in time: it was waiting to be sent again.", part.LastError) { MayHaveExecuted = part.MayHaveExecuted });

    private RedisException Described(RedisException error)
    {
        error.Command = command.Name;
        return error;
    }

    private byte[] Result()
    {
        FanOutPart[] succeeded = [.. _parts.Where(part => part.Reply is not null)];
        if (succeeded.Length == _parts.Count || (NeedsOneOnly && succeeded.Length > 0))
        {
            return NodeReplies.Merge(command.Response, Array.ConvertAll(succeeded, part => part.Reply!), router.Random);
        }

        throw _parts.Count == 1 ? _parts[0].Failure! : new RedisMultiNodeException(command.Name, _parts.ConvertAll(OutcomeOf));
    }

    private static NodeOutcome OutcomeOf(FanOutPart part)
    {
        if (part.Reply is null)
        {
            return new NodeOutcome(part.Endpoint, null, part.Failure);
        }

        var reader = new RespReader(part.Reply);
        reader.Read();
        return new NodeOutcome(part.Endpoint, RespValue.Read(ref reader), null);
    }
}
