using TypedRedis.Connections;
using TypedRedis.Execution;
using TypedRedis.Observation;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Pipelines;

/// <summary>
/// Executes the commands of a pipeline as one transaction on the node of their slot. A transaction that a node did not execute, since the slot
/// has moved or is moving, is sent again as a whole.
/// </summary>
/// <param name="content">The commands.</param>
/// <param name="router">The client's topology.</param>
/// <param name="scope">The watch that the client is; null if it is none.</param>
internal sealed class TransactionExecution(PipelineContent content, IRouter router, ITransactionScope? scope)
{
    private static readonly CommandInfo s_exec = new("EXEC", CommandFlags.Write, RetryClass.NotIdempotent);

    private readonly List<string> _redirects = [];
    private RedisEndpoint? _node;
    private int _attempts;
    private bool _mayHaveExecuted;
    private bool _hasWaited;

    /// <summary>Tells what became of it; once it has ended.</summary>
    public void Tell(ObservedCall observed)
    {
        observed.NoteAttempts(_attempts);
        observed.NoteRedirects(_redirects);
        observed.NoteNode(_node);
    }

    /// <summary>Executes it. Errors of single commands are noted in the content.</summary>
    /// <exception cref="RedisException">It was not executed as a whole, or it is unknown whether it was.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(long deadline, CancellationToken cancellationToken)
    {
        int bucket = Bucket();
        try
        {
            await RunAsync(bucket, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (RedisException failure)
        {
            failure.Command ??= "EXEC";
            failure.Slot ??= bucket >= 0 ? bucket : null;
            failure.Attempts = _attempts;
            failure.Redirects = _redirects;
            failure.MayHaveExecuted |= _mayHaveExecuted;
            throw;
        }
        finally
        {
            if (_hasWaited)
            {
                // The caller, who may block, goes on elsewhere than whoever has ended the wait: see IRouter.WaitForOwnerAsync.
                await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            }
        }

        NoteEarlierAttempts();
    }

    private async Task RunAsync(int bucket, long deadline, CancellationToken cancellationToken)
    {
        CommandInfo first = content.Commands[0].Info;
        RoutedDecision decision = default;
        string reason = "";
        int attempts = 0;
        // Once it has waited or was sent, it is not refused for lack of room any more.
        bool isAdmitted = false;
        while (true)
        {
            if (isAdmitted && router.Clock.Now >= deadline)
            {
                throw new RedisTimeoutException($"The transaction did not finish in time: it was waiting to be sent again. Last error: {reason}");
            }

            if ((decision.Verdict == Verdict.AskingTarget ? decision.Target : router.Select(first, bucket)) is not { } channel)
            {
                _hasWaited = true;
                await router.WaitForOwnerAsync(s_exec, bucket, isNew: !isAdmitted, deadline, cancellationToken).ConfigureAwait(false);
                isAdmitted = true;
                reason = bucket >= 0 ? $"slot {bucket} has no owner" : "no node is known";
                continue;
            }

            attempts++;
            if (attempts == 1)
            {
                scope?.BeginTransaction();
            }

            if (channel.IsMultiRefused)
            {
                await AskForMultiAsync(channel, deadline, cancellationToken).ConfigureAwait(false);
            }

            content.Restart();
            var part = new TransactionPart(content, router, channel, attempts, _redirects.Count, isAdmitted, asking: decision.Verdict == Verdict.AskingTarget);
            isAdmitted = true;
            decision = default;
            try
            {
                await part.SendAsync(deadline, cancellationToken).ConfigureAwait(false);
            }
            catch (RedisConnectionException loss) when (DecideAfter(loss, part) is var after
                && (after is Verdict.Now or Verdict.OutcomeUnknown or Verdict.OutcomeUnknownAtEnd || part.Doubt is not null))
            {
                router.NoteLoss(channel, isKeyless: true);
                if (UnknownOutcomeOf(part, after, loss) is { } unknown)
                {
                    throw unknown;
                }

                _mayHaveExecuted |= part.MayHaveExecuted;
                reason = loss.Summary;
                continue;
            }
            finally
            {
                part.Stop();
                _attempts += part.Attempts;
            }

            _node = channel.Endpoint;
            scope?.NoteExecuted(isExecuted: part is { IsWatchBroken: false, Refusal: null });
            if (part.IsWatchBroken)
            {
                throw new RedisWatchException("A watched key has changed; the transaction was not executed.");
            }

            if (part.Refusal is null)
            {
                return;
            }

            if (scope?.WhyBroken is { } broken)
            {
                throw broken;
            }

            decision = part.Decision;
            if (decision.Redirect is { } redirect)
            {
                _redirects.Add(redirect);
            }

            if (decision.Verdict == Verdict.TooManyRedirects)
            {
                throw RequestRecovery.TooManyRedirects("transaction", channel);
            }

            if (!decision.Decision.IsSentAgain)
            {
                FailRest(part.Refusal, channel.Endpoint);
                return;
            }

            reason = part.Refusal;
            if (decision.Verdict == Verdict.Later)
            {
                await router.Clock.DelayAsync(decision.Decision.Delay, deadline, cancellationToken).ConfigureAwait(false);
                decision = default;
            }
        }
    }

    // The one bucket of all keys; -1 if there is no key, or the client does not route by keys.
    private int Bucket()
    {
        int bucket = KeyHasher.NoBucket;
        foreach (ref PipelineCommand command in content.Commands)
        {
            if (command.Bucket >= 0 && bucket >= 0 && command.Bucket != bucket)
            {
                throw new RedisCrossSlotException("All keys of a transaction must be in the same hash slot; use hash tags. Nothing was sent.") { Command = command.Info.Name };
            }

            bucket = Math.Max(bucket, command.Bucket);
        }

        return bucket;
    }

    // A server that has refused MULTI would execute the commands one by one; so it is asked again without them.
    private static async Task AskForMultiAsync(INodeChannel channel, long deadline, CancellationToken cancellationToken)
    {
        var probe = new MultiProbe(channel);
        try
        {
            await probe.SendAsync(deadline, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            probe.Stop();
        }

        if (probe.Refusal is { } refusal)
        {
            refusal.Command = "MULTI";
            refusal.Endpoint = channel.Endpoint;
            throw refusal;
        }

        channel.IsMultiRefused = false;
    }

    private Verdict DecideAfter(RedisConnectionException loss, TransactionPart part) => RetryPolicy.Decide(new Attempt
    {
        Setback = SetbackReader.Read(new Loss(loss)),
        Retry = Retry(),
        RepeatsAll = router.RepeatsAll,
        MayHaveExecuted = part.MayHaveExecuted,
        Binding = router.Binding,
    }).Verdict;

    // Null if it may be sent again.
    private static RedisOutcomeUnknownException? UnknownOutcomeOf(TransactionPart part, Verdict verdict, RedisConnectionException loss) =>
        part.Doubt is { } doubt ? new RedisOutcomeUnknownException(doubt, loss)
        : verdict == Verdict.OutcomeUnknownAtEnd ? OutcomeUnknown.AtEnd(loss)
        : verdict == Verdict.OutcomeUnknown ? OutcomeUnknown.After(loss)
        : null;

    // Of the whole: that of the command which is hardest to repeat.
    private RetryClass Retry()
    {
        RetryClass retry = RetryClass.ReadOnly;
        foreach (ref PipelineCommand command in content.Commands)
        {
            retry = command.Info.Retry < retry ? command.Info.Retry : retry;
        }

        return retry;
    }

    // A command that the server refused has an error of its own; because of it none was executed.
    private void FailRest(string refusal, RedisEndpoint endpoint)
    {
        content.Culprit = content.HasErrors ? content.FirstError : null;
        for (int i = 0; i < content.Count; i++)
        {
            if (content.Commands[i].State != PipelineCommandState.Failed)
            {
                content.Fail(i, new RedisServerException(refusal), endpoint);
            }
        }
    }

    // An attempt that was lost may have executed what the last one did not.
    private void NoteEarlierAttempts()
    {
        for (int i = 0; _mayHaveExecuted && i < content.Count; i++)
        {
            content.ErrorOf(i)?.MayHaveExecuted = true;
        }
    }
}
