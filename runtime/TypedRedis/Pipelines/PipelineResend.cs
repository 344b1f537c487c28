using TypedRedis.Connections;
using TypedRedis.Routing;

namespace TypedRedis.Pipelines;

/// <summary>Sends again what a server did not execute, a slot's commands together and in their order, after the wait that each decision asks for.</summary>
/// <param name="execution">Whose commands these are.</param>
/// <param name="content">The commands.</param>
/// <param name="router">The client's topology.</param>
/// <param name="histories">What happened to the commands so far.</param>
/// <param name="assembly">Lists them in parts.</param>
internal sealed class PipelineResend(PipelineExecution execution, PipelineContent content, IRouter router, ResendHistories histories, PartAssembly assembly)
{
    /// <summary>Takes what is to be sent again of what a node has answered, and fails what later commands have overtaken.</summary>
    /// <returns>Places of the commands, in their order; null if there is nothing.</returns>
    public List<int>? TakeAgain(NodeParts node)
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

    /// <summary>Sends commands again, in their order: at once, or when they have waited for what they need.</summary>
    public void Send(List<int> indexes)
    {
        if (execution.IsCancelled || router.IsDisposed || router.Clock.Now >= execution.Deadline)
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

        execution.Send(nodes, isAgain: true);
        if (uncovered is not null)
        {
            SendWithOwner(uncovered, isNew: false);
        }

        if (later is not null)
        {
            execution.BeginWait();
            _ = SendLaterAsync(later, delay);
        }
    }

    /// <summary>Sends commands once their slots have owners.</summary>
    /// <param name="indexes">Places of the commands, in their order.</param>
    /// <param name="isNew">Whether they have not been sent yet, so that they count among those that may wait.</param>
    public void SendWithOwner(List<int> indexes, bool isNew)
    {
        foreach (int index in indexes)
        {
            int bucket = content.Commands[index].Bucket;
            histories.NoteWait(index, RoutedDecision.Now, bucket >= 0 ? $"slot {bucket} has no owner" : "no node is known");
            content.Commands[index].State = PipelineCommandState.Again;
        }

        execution.BeginWait();
        _ = SendWithOwnerAsync(indexes, isNew);
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
                if (command.State == PipelineCommandState.Again && histories.Find(index)!.MustKeepOrder)
                {
                    overtaken.NoteRefused(index, command);
                }
                else if (content.WasExecuted(index))
                {
                    foreach (int late in overtaken.NoteExecuted(command))
                    {
                        execution.Fail(late, PipelineFailures.Overtaken(histories.Find(late)!), node.Channel.Endpoint);
                    }
                }
            }
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
            ResendHistory history = histories.Find(index)!;
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
            else if ((decision.Verdict == Verdict.AskingTarget ? decision.Target : assembly.Find(map, command)) is { } channel)
            {
                assembly.Add(assembly.PartsFor(nodes, channel), index, command, history.NeedsScript, decision.Verdict == Verdict.AskingTarget);
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
            histories.Find(index)!.NoteSent();
        }
    }

    private async Task SendWithOwnerAsync(List<int> indexes, bool isNew)
    {
        Exception? refusal = null;
        try
        {
            await WaitForOwnerAsync(indexes[0], isNew).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (execution.CancellationToken.IsCancellationRequested)
        {
            execution.NoteCancelled();
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
        return router.WaitForOwnerAsync(command.Info, command.Bucket, isNew, execution.Deadline, execution.CancellationToken);
    }

    private async Task SendLaterAsync(List<int> indexes, TimeSpan delay)
    {
        Exception? refusal = null;
        try
        {
            await router.Clock.DelayAsync(delay, execution.Deadline, execution.CancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (execution.CancellationToken.IsCancellationRequested)
        {
            execution.NoteCancelled();
        }
        catch (Exception thrown)
        {
            refusal = thrown;
        }

        foreach (int index in indexes)
        {
            ResendHistory history = histories.Find(index)!;
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
            Send(indexes);
        }
        else
        {
            FailAll(indexes, refusal);
        }

        execution.EndWait();
    }

    private void FailAll(List<int> indexes, Exception thrown)
    {
        foreach (int index in indexes)
        {
            execution.Fail(index, PipelineFailures.CopyOf(UserCode.ToError(thrown)), null);
        }
    }

    private void FailLate(List<int> indexes)
    {
        foreach (int index in indexes)
        {
            execution.Fail(index, router.IsDisposed ? ErrorCopy.Disposed() : PipelineFailures.Late(histories.Find(index)!), null);
        }
    }
}
