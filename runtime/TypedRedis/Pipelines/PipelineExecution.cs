using System.Threading.Tasks.Sources;
using TypedRedis.Connections;
using TypedRedis.Execution;
using TypedRedis.Observation;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Pipelines;

/// <summary>
/// Executes the commands of a pipeline: every node's part in one piece, all nodes at the same time. What a server did not
/// execute (redirects, a key that is on its way, a lost connection) is sent again, with its slot's commands in their order: all of a
/// slot's commands go to one node, and only when that node has answered everything is decided what to send again. What was
/// answered is never sent again, and neither is what may have been executed and must not be twice.
/// </summary>
/// <param name="content">The commands.</param>
/// <param name="router">The client's topology.</param>
/// <param name="partLength">Bytes for one node that go out in one piece; what is more follows as its connection has room.</param>
/// <param name="isGroupsOfKeys">Whether the commands are the groups of a call for many keys: those whose slot is half migrated then come back at once.</param>
internal sealed partial class PipelineExecution(
    PipelineContent content, IRouter router, int partLength = PipelineExecution.StandardPartLength, bool isGroupsOfKeys = false) : IValueTaskSource
{
    /// <summary>Bytes of a part unless said otherwise.</summary>
    public const int StandardPartLength = 1024 * 1024;

    private readonly Dictionary<INodeChannel, NodeParts> _nodes = [];
    private readonly ResendHistories _histories = new();
    private ManualResetValueTaskSourceCore<bool> _core;
    private CancellationToken _cancellationToken;
    private long _deadline;
    private int _outstanding;
    private volatile INodeChannel? _lastAnswered;

    // Set by whoever ends a part or a wait, on several threads at once; so never written from what was read before.
    private volatile bool _isCancelled;
    private volatile bool _wasSent;

    /// <summary>Executes everything. Errors of commands are noted in the content.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before all commands had a reply.</exception>
    public ValueTask RunAsync(long deadline, CancellationToken cancellationToken)
    {
        _core.Reset();
        _core.RunContinuationsAsynchronously = false;
        _deadline = deadline;
        _cancellationToken = cancellationToken;
        _isCancelled = false;
        _lastAnswered = null;
        _wasSent = false;
        _histories.Clear();
        _libraries?.Clear();
        // Not empty if the router has refused a command of the last execution.
        _nodes.Clear();
        // One for this thread, so that the end does not come before everything is sent.
        _outstanding = 1;
        var result = new ValueTask(this, _core.Version);
        SendFirst();
        End();
        return result;
    }

    void IValueTaskSource.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>Tells what became of the last execution; once it has ended.</summary>
    public void Tell(ObservedCall observed)
    {
        observed.NoteAttempts(_wasSent ? 1 : 0);
        observed.NoteNode(_lastAnswered?.Endpoint);
        _histories.Tell(observed);
    }

    /// <summary>Whether any of these commands is not merely a read.</summary>
    public bool MayWrite(ReadOnlySpan<int> indexes)
    {
        foreach (int index in indexes)
        {
            if (index >= 0 && content.Commands[index].Info.Retry != RetryClass.ReadOnly)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes a reply; on a reader.</summary>
    public void Receive(int index, ref RespReader reader, INodeChannel source)
    {
        if (reader.IsError)
        {
            ReceiveError(index, ref reader, source);
        }
        else
        {
            if (_histories.Find(index) is { NeedsCode: true })
            {
                source.Scripts.NoteLoaded(content.Commands[index].Info.Script!);
            }

            content.Receive(index, ref reader, source);
        }
    }

    /// <summary>Takes the end of a part: all replies have come, or the connection, the deadline or the caller has ended it.</summary>
    public void PartEnded(PipelinePart part, Exception? failure)
    {
        if (part.Attempts > 0)
        {
            _wasSent = true;
        }

        if (failure is not null)
        {
            part.Stop();
            HandleUnanswered(part, failure);
        }
        else
        {
            _lastAnswered = part.Node.Channel;
        }

        EndOne(part.Node);
    }

    // Whatever is thrown here is about this command: a translation of addresses is code of the user's.
    private void ReceiveError(int index, ref RespReader reader, INodeChannel source)
    {
        try
        {
            Decide(index, new ErrorReply(reader.Content), source);
        }
        catch (Exception thrown)
        {
            Fail(index, UserCode.ToError(thrown), source.Endpoint);
        }
    }

    private void Decide(int index, in ErrorReply error, INodeChannel source)
    {
        ref PipelineCommand command = ref content.Commands[index];
        ResendHistory? history = _histories.Find(index);
        RoutedDecision decision = RoutedDecision.After(router, command.Info, command.Bucket, error, source, new Attempt
        {
            Setback = Setback.Other,
            Attempts = (history?.Attempts ?? 0) + 1,
            Redirects = history?.Redirects.Count ?? 0,
            Binding = router.Binding,
            IsGroupOfKeys = isGroupsOfKeys,
        });
        if (command.Info.Script is { } script && CodeErrors.IsUnknownScript(error) && TryReceiveUnknownScript(index, script, source))
        {
            return;
        }

        if (MissingLibraries.IsToldBy(error, command.Info))
        {
            ReceiveUnknownFunction(index, error, source);
            return;
        }

        if (decision.Redirect is not null || decision.Decision.IsSentAgain)
        {
            NoteAgain(index, decision, error.Text).MayHaveWritten |= command.Info.MayFailAfterWriting;
        }

        if (decision.Verdict == Verdict.TooManyRedirects)
        {
            Fail(index, RequestRecovery.TooManyRedirects("command", source), source.Endpoint);
        }
        else if (!decision.Decision.IsSentAgain)
        {
            RedisException failure = error.ToException();
            failure.MayHaveExecuted = command.Info.MayFailAfterWriting;
            Fail(index, failure, source.Endpoint);
        }
    }

    private void SendFirst()
    {
        // Looked at once: with a map that changes in between, commands of one slot would go to two nodes.
        SlotMap? map = router.Map;
        List<int>? uncovered = null;
        NodeParts? last = null;
        Span<PipelineCommand> commands = content.Commands;
        for (int i = 0; i < commands.Length; i++)
        {
            ref PipelineCommand command = ref commands[i];
            if (Find(map, command) is not { } channel)
            {
                (uncovered ??= []).Add(i);
                continue;
            }

            // Neighbours often go to the same node.
            if (last is null || last.Channel != channel)
            {
                last = PartsFor(_nodes, channel);
            }

            if (command.Info is { Script: null, Library: null })
            {
                last.Add(i, command.FrameLength);
            }
            else
            {
                AddWithCode(last, i, command, inFull: false, asking: false);
            }
        }

        Send(_nodes, isAgain: false);
        _nodes.Clear();
        SendWithOwner(uncovered, isNew: true);
    }

    private INodeChannel? Find(SlotMap? map, in PipelineCommand command)
    {
        if (map is null || command.Bucket < 0)
        {
            return router.Select(command.Info, command.Bucket);
        }

        INodeChannel? owner = map.PrimaryOf(command.Bucket);
        if (owner is null)
        {
            // Has the topology read. What it says by now is for the next time.
            _ = router.Select(command.Info, command.Bucket);
        }

        return owner;
    }

    private NodeParts PartsFor(Dictionary<INodeChannel, NodeParts> nodes, INodeChannel channel)
    {
        if (!nodes.TryGetValue(channel, out NodeParts? node))
        {
            node = NodeParts.Rent(this, channel, partLength);
            nodes.Add(channel, node);
        }

        return node;
    }

    private void Send(Dictionary<INodeChannel, NodeParts> nodes, bool isAgain)
    {
        Interlocked.Add(ref _outstanding, nodes.Count);
        foreach (NodeParts node in nodes.Values)
        {
            node.Send(content, _deadline, isAgain, _cancellationToken);
            EndOne(node);
        }
    }

    private void HandleUnanswered(PipelinePart part, Exception failure)
    {
        INodeChannel channel = part.Node.Channel;
        // Its own deadline or its caller may have ended it, or it was refused: then there is nothing to decide.
        bool isLoss = failure is RedisConnectionException or RedisProtocolException or RedisConfigurationException;
        Setback setback = isLoss ? SetbackReader.Read(new Loss(failure)) : Setback.Other;
        if (setback == Setback.Loss)
        {
            router.NoteLoss(channel, isKeyless: true);
        }

        if (failure is OperationCanceledException)
        {
            _isCancelled = true;
        }

        foreach (int index in part.Commands)
        {
            if (index < 0 || content.Commands[index].State != PipelineCommandState.Waiting)
            {
                continue;
            }

            Decision decision = RetryPolicy.Decide(new Attempt
            {
                Setback = setback,
                Retry = content.Commands[index].Info.Retry,
                RepeatsAll = router.RepeatsAll,
                MayHaveExecuted = part.MayHaveExecuted,
                Binding = router.Binding,
            });
            if (decision.IsSentAgain)
            {
                NoteAgain(index, new RoutedDecision(decision, setback), failure.Message).MayHaveExecuted |= part.MayHaveExecuted;
            }
            else
            {
                Fail(index, FailureOf(decision, failure, part.MayHaveExecuted), channel.Endpoint);
            }
        }
    }

    private static RedisException FailureOf(in Decision decision, Exception failure, bool mayHaveExecuted)
    {
        switch (decision.Verdict)
        {
            case Verdict.OutcomeUnknown:
                return OutcomeUnknown.After(failure);
            case Verdict.OutcomeUnknownAtEnd:
                return OutcomeUnknown.AtEnd(failure);
            default:
                RedisException copy = CopyFor(failure);
                copy.MayHaveExecuted |= mayHaveExecuted;
                return copy;
        }
    }

    private static RedisException CopyFor(Exception failure) => failure switch
    {
        RedisTimeoutException timeout => new RedisTimeoutException(timeout.Summary, timeout.InnerException) { MayHaveExecuted = timeout.MayHaveExecuted },
        RedisQueueFullException full => new RedisQueueFullException(full.Summary, full.InnerException),
        RedisWatchException watch => new RedisWatchException(watch.Summary, watch.InnerException),
        RedisOutcomeUnknownException unknown => new RedisOutcomeUnknownException(unknown.Summary, unknown.InnerException),
        RedisConnectionException or RedisProtocolException or RedisConfigurationException => ErrorCopy.Of(failure),
        RedisException other => new RedisException(other.Summary, other.InnerException ?? other),
        _ => new RedisException("The pipeline was cancelled.", failure),
    };

    // Unless it is the last end, another thread may be the one to give the node back, at once.
    private void EndOne(NodeParts node)
    {
        if (!node.EndOne())
        {
            return;
        }

        List<int>? again = _histories.IsEmpty ? null : TakeAgain(node);
        node.End();
        if (again is not null)
        {
            SendAgain(again);
        }

        End();
    }

    private void End()
    {
        if (Interlocked.Decrement(ref _outstanding) > 0)
        {
            return;
        }

        if (_isCancelled)
        {
            _core.SetException(new OperationCanceledException(_cancellationToken));
        }
        else
        {
            _core.SetResult(true);
        }
    }

    private void Fail(int index, RedisException failure, RedisEndpoint? endpoint)
    {
        ResendHistory? history = _histories.Find(index);
        failure.Attempts = history?.AllAttempts ?? 1;
        failure.Redirects = history?.Redirects ?? [];
        failure.MayHaveExecuted |= history is { MayHaveExecuted: true } or { MayHaveWritten: true };
        content.Fail(index, failure, endpoint);
    }
}
