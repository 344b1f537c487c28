using TypedRedis.Connections;
using TypedRedis.Routing;

namespace TypedRedis.Pipelines;

/// <content>Sending again what a server did not execute.</content>
internal sealed partial class PipelineExecution
{
    // What is to be sent again, in its order; null if there is nothing.
    private List<int>? TakeAgain(NodeParts node)
    {
        FailOvertaken(node);
        List<int>? again = null;
        for (PipelinePart? part = node.First; part is not null; part = part.Next)
        {
            foreach (int index in part.Commands)
            {
                if (index >= 0 && content.Commands[index].State == PipelineCommandState.Again)
                {
                    (again ??= []).Add(index);
                }
            }
        }

        return again;
    }

    // What was not executed and would now come too late: a slot can come back to a node that has just said MOVED, a node can become fit for service,
    // and later commands be executed there in the same breath; or others come after one whose script or function was unknown.
    private void FailOvertaken(NodeParts node)
    {
        var overtaken = new OvertakenCommands();
        for (PipelinePart? part = node.First; part is not null; part = part.Next)
        {
            foreach (int index in part.Commands)
            {
                if (index < 0)
                {
                    continue;
                }

                ref PipelineCommand command = ref content.Commands[index];
                if (command.State == PipelineCommandState.Again && _histories.Find(index)!.MustKeepOrder)
                {
                    overtaken.NoteRefused(index, command);
                }
                else if (content.WasExecuted(index))
                {
                    foreach (int late in overtaken.NoteExecuted(command))
                    {
                        Fail(late, Overtaken(late), node.Channel.Endpoint);
                    }
                }
            }
        }
    }

    private RedisException Overtaken(int index)
    {
        const string Why = "later commands of the pipeline were executed meanwhile. It was not sent again, since it would be out of order.";
        ResendHistory history = _histories.Find(index)!;
        return history switch
        {
            { MayHaveExecuted: true } => new RedisOutcomeUnknownException(
                $"The connection was lost after the command may have reached the server; whether it was executed is unknown. Since then it was refused ({history.Reason}), and {Why}"),
            { Decision.Redirect: not null } => new RedisClusterException($"The command was not executed: its slot moved away ({history.Reason}) and came back, and {Why}"),
            _ => new RedisServerException($"{history.Reason}: the command was not executed, and {Why}"),
        };
    }

    // Sends commands again, in their order.
    private void SendAgain(List<int> indexes)
    {
        if (_isCancelled || router.IsDisposed || router.Clock.Now >= _deadline)
        {
            FailLate(indexes);
            return;
        }

        var nodes = new Dictionary<INodeChannel, NodeParts>();
        List<int>? uncovered;
        List<int>? later;
        TimeSpan delay;
        try
        {
            Route(indexes, nodes, out uncovered, out later, out delay);
        }
        catch (Exception thrown)
        {
            // Nothing of them was sent.
            FailAll(indexes, thrown);
            return;
        }

        Send(nodes, isAgain: true);
        SendWithOwner(uncovered, isNew: false);
        if (later is not null)
        {
            Interlocked.Increment(ref _outstanding);
            _ = SendLaterAsync(later, delay);
        }
    }

    // Finds out where commands go: to nodes, nowhere since nobody has their slot, or later.
    private void Route(List<int> indexes, Dictionary<INodeChannel, NodeParts> nodes, out List<int>? uncovered, out List<int>? later, out TimeSpan delay)
    {
        SlotMap? map = router.Map;
        var decisions = new Dictionary<int, RoutedDecision>();
        List<int> sent = [];
        uncovered = null;
        later = null;
        delay = default;
        foreach (int index in indexes)
        {
            ref PipelineCommand command = ref content.Commands[index];
            ResendHistory history = _histories.Find(index)!;
            // The first of a slot decides for all of them: they stay together.
            if (!decisions.TryGetValue(command.Bucket, out RoutedDecision decision))
            {
                decision = history.Decision;
                decisions.Add(command.Bucket, decision);
            }

            if (decision.Verdict == Verdict.Later)
            {
                (later ??= []).Add(index);
                delay = decision.Decision.Delay > delay ? decision.Decision.Delay : delay;
            }
            else if ((decision.Verdict == Verdict.AskingTarget ? decision.Target : Find(map, command)) is { } channel)
            {
                AddWithCode(PartsFor(nodes, channel), index, command, history.NeedsCode, decision.Verdict == Verdict.AskingTarget);
                sent.Add(index);
            }
            else
            {
                (uncovered ??= []).Add(index);
            }
        }

        foreach (int index in sent)
        {
            content.Commands[index].State = PipelineCommandState.Waiting;
            _histories.Find(index)!.NoteSent();
        }
    }

    private void SendWithOwner(List<int>? indexes, bool isNew)
    {
        if (indexes is null)
        {
            return;
        }

        foreach (int index in indexes)
        {
            int bucket = content.Commands[index].Bucket;
            _histories.NoteWait(index, RoutedDecision.Now, bucket >= 0 ? $"slot {bucket} has no owner" : "no node is known");
            content.Commands[index].State = PipelineCommandState.Again;
        }

        Interlocked.Increment(ref _outstanding);
        _ = SendWithOwnerAsync(indexes, isNew);
    }

    private async Task SendWithOwnerAsync(List<int> indexes, bool isNew)
    {
        Exception? refusal = null;
        try
        {
            await WaitForOwnerAsync(indexes[0], isNew).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_cancellationToken.IsCancellationRequested)
        {
            _isCancelled = true;
        }
        catch (Exception end) when (end is RedisTimeoutException or RedisConnectionException)
        {
            // The deadline, or disposal: that is found again below.
        }
        catch (Exception thrown)
        {
            refusal = thrown;
        }

        EndWait(indexes, refusal);
    }

    private ValueTask WaitForOwnerAsync(int index, bool isNew)
    {
        ref PipelineCommand command = ref content.Commands[index];
        return router.WaitForOwnerAsync(command.Info, command.Bucket, isNew, _deadline, _cancellationToken);
    }

    private async Task SendLaterAsync(List<int> indexes, TimeSpan delay)
    {
        Exception? refusal = null;
        try
        {
            await router.Clock.DelayAsync(delay, _deadline, _cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_cancellationToken.IsCancellationRequested)
        {
            _isCancelled = true;
        }
        catch (Exception thrown)
        {
            refusal = thrown;
        }

        foreach (int index in indexes)
        {
            ResendHistory history = _histories.Find(index)!;
            if (history.Decision.Verdict == Verdict.Later)
            {
                // Its time has come.
                history.Decision = RoutedDecision.Now;
            }
        }

        EndWait(indexes, refusal);
    }

    private void EndWait(List<int> indexes, Exception? refusal)
    {
        if (refusal is null)
        {
            SendAgain(indexes);
        }
        else
        {
            FailAll(indexes, refusal);
        }

        // The caller, who may block, goes on elsewhere than whoever has ended the wait: see IRouter.WaitForOwnerAsync.
        _core.RunContinuationsAsynchronously = true;
        End();
    }

    private void FailAll(List<int> indexes, Exception thrown)
    {
        foreach (int index in indexes)
        {
            Fail(index, CopyFor(UserCode.ToError(thrown)), null);
        }
    }

    private void FailLate(List<int> indexes)
    {
        foreach (int index in indexes)
        {
            ResendHistory history = _histories.Find(index)!;
            RedisException failure = router.IsDisposed
                ? ErrorCopy.Disposed()
                : new RedisTimeoutException($"The pipeline did not finish in time: the command was waiting to be sent again. Last error: {history.Reason}", null);
            Fail(index, failure, null);
        }
    }

    private ResendHistory NoteAgain(int index, in RoutedDecision decision, string reason)
    {
        ResendHistory history = _histories.Note(index, decision, reason);
        content.Commands[index].State = PipelineCommandState.Again;
        return history;
    }
}
