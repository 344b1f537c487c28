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

    // A slot can come back to a node that has just said MOVED, and later commands be executed there in the same breath; or others come after
    // one whose function was unknown. Those before them would now come too late.
    private void FailOvertaken(NodeParts node)
    {
        Dictionary<int, List<int>>? refused = null;
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
                    refused ??= [];
                    if (!refused.TryGetValue(command.Slot, out List<int>? earlier))
                    {
                        refused.Add(command.Slot, earlier = []);
                    }

                    earlier.Add(index);
                }
                else if (command.State == PipelineCommandState.Done && refused is not null && refused.Remove(command.Slot, out List<int>? overtaken))
                {
                    foreach (int late in overtaken)
                    {
                        Fail(late, Overtaken(late), node.Channel.Endpoint);
                    }
                }
            }
        }
    }

    // Sends commands again, in their order.
    private void SendAgain(List<int> indexes)
    {
        SlotMap? map = router.Map;
        var nodes = new Dictionary<IRequestChannel, NodeParts>();
        var decisions = new Dictionary<int, Resending>();
        List<int>? uncovered = null;
        List<int>? later = null;
        TimeSpan delay = default;
        foreach (int index in indexes)
        {
            ref PipelineCommand command = ref content.Commands[index];
            // The first of a slot decides for all of them: they stay together.
            if (!decisions.TryGetValue(command.Slot, out Resending decision))
            {
                decision = _histories.Find(index)!.Decision;
                decisions.Add(command.Slot, decision);
            }

            if (decision.Kind == ResendKind.Later)
            {
                (later ??= []).Add(index);
                delay = decision.Delay > delay ? decision.Delay : delay;
            }
            else if ((decision.Target ?? Find(map, command)) is { } channel)
            {
                command.State = PipelineCommandState.Waiting;
                KnownScripts? known = _histories.Find(index) is { NeedsCode: true } ? null : channel.Scripts;
                AddWithCode(PartsFor(nodes, channel), index, command, known, decision.Kind == ResendKind.Asking);
            }
            else
            {
                (uncovered ??= []).Add(index);
            }
        }

        Send(nodes);
        SendUncoveredLater(uncovered);
        if (later is not null)
        {
            Interlocked.Increment(ref _outstanding);
            _ = SendLaterAsync(later, delay);
        }
    }

    private void SendUncoveredLater(List<int>? indexes)
    {
        if (indexes is null)
        {
            return;
        }

        foreach (int index in indexes)
        {
            NoteAgain(index, new Resending(ResendKind.Now), $"slot {content.Commands[index].Slot} has no owner");
        }

        Interlocked.Increment(ref _outstanding);
        _ = SendLaterAsync(indexes, ResendLimits.UncoveredDelay);
    }

    private async Task SendLaterAsync(List<int> indexes, TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, router.Clock.Provider, _cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _isCancelled = true;
        }

        bool isOver = _isCancelled || router.Clock.Now >= _deadline;
        foreach (int index in indexes)
        {
            ResendHistory history = _histories.Find(index)!;
            if (isOver)
            {
                Fail(index, new RedisTimeoutException($"The pipeline did not finish in time: the command was waiting to be sent again. Last error: {history.Reason}", null), null);
            }
            else if (history.Decision.Kind == ResendKind.Later)
            {
                // Its time has come.
                history.Decision = new Resending(ResendKind.Now);
            }
        }

        if (!isOver)
        {
            SendAgain(indexes);
        }

        End();
    }

    private ResendHistory NoteAgain(int index, in Resending decision, string reason)
    {
        ResendHistory history = _histories.Note(index, decision, reason);
        content.Commands[index].State = PipelineCommandState.Again;
        return history;
    }
}
