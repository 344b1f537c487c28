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
internal sealed class PipelineExecution : IValueTaskSource
{
    /// <summary>Bytes of a part unless said otherwise.</summary>
    public const int StandardPartLength = 1024 * 1024;

    private readonly PipelineContent _content;
    private readonly IRouter _router;
    private readonly bool _isGroupsOfKeys;
    private readonly Dictionary<INodeChannel, NodeParts> _nodes = [];
    private readonly ResendHistories _histories = new();
    private readonly PartAssembly _assembly;
    private PipelineScripts? _scripts;
    private PipelineResend? _resend;
    private ManualResetValueTaskSourceCore<bool> _core;
    private int _outstanding;
    private volatile INodeChannel? _lastAnswered;

    // Set by whoever ends a part or a wait, on several threads at once; so never written from what was read before.
    private volatile bool _isCancelled;
    private volatile bool _wasSent;

    /// <summary>Nothing is executed yet.</summary>
    /// <param name="content">The commands.</param>
    /// <param name="router">The client's topology.</param>
    /// <param name="partLength">Bytes for one node that go out in one piece; what is more follows as its connection has room.</param>
    /// <param name="isGroupsOfKeys">Whether the commands are the groups of a call for many keys: those whose slot is half migrated then come back at once.</param>
    public PipelineExecution(PipelineContent content, IRouter router, int partLength = StandardPartLength, bool isGroupsOfKeys = false)
    {
        _content = content;
        _router = router;
        _isGroupsOfKeys = isGroupsOfKeys;
        _assembly = new PartAssembly(this, content, router, partLength);
    }

    /// <summary>Moment of the client's clock by which everything must have been answered.</summary>
    public long Deadline { get; private set; }

    /// <summary>Of the execution under way.</summary>
    public CancellationToken CancellationToken { get; private set; }

    /// <summary>Whether the caller has ended it.</summary>
    public bool IsCancelled => _isCancelled;

    // Most executions need neither. Several readers may be the first.
    private PipelineScripts Scripts => _scripts ?? Interlocked.CompareExchange(ref _scripts, new PipelineScripts(this, _histories), null) ?? _scripts;

    private PipelineResend Resend =>
        _resend ?? Interlocked.CompareExchange(ref _resend, new PipelineResend(this, _content, _router, _histories, _assembly), null) ?? _resend;

    /// <summary>Executes everything. Errors of commands are noted in the content.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled before all commands had a reply.</exception>
    public ValueTask RunAsync(long deadline, CancellationToken cancellationToken)
    {
        _core.Reset();
        _core.RunContinuationsAsynchronously = false;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        _isCancelled = false;
        _lastAnswered = null;
        _wasSent = false;
        _histories.Clear();
        _scripts?.Clear();
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
            if (index >= 0 && _content.Commands[index].Info.Retry != RetryClass.ReadOnly)
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
            if (!_histories.IsEmpty)
            {
                Scripts.NoteExecuted(index, _content.Commands[index].Info, source);
            }

            _content.Receive(index, ref reader, source);
        }
    }

    /// <summary>Takes the reply to what loads a script or a library of functions; on a reader.</summary>
    public void ReceiveLoad(in ScriptOrLibrary loaded, ref RespReader reader, INodeChannel source) => Scripts.ReceiveLoad(loaded, ref reader, source);

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

    /// <summary>Sends parts to their nodes.</summary>
    /// <param name="nodes">What goes where.</param>
    /// <param name="isAgain">Whether these commands were sent before.</param>
    public void Send(Dictionary<INodeChannel, NodeParts> nodes, bool isAgain)
    {
        Interlocked.Add(ref _outstanding, nodes.Count);
        foreach (NodeParts node in nodes.Values)
        {
            node.Send(_content, Deadline, isAgain, CancellationToken);
            EndOne(node);
        }
    }

    /// <summary>Gives a command its error, with what happened to it before.</summary>
    public void Fail(int index, RedisException failure, RedisEndpoint? endpoint)
    {
        ResendHistory? history = _histories.Find(index);
        failure.Attempts = history?.AllAttempts ?? 1;
        failure.Redirects = history?.Redirects ?? [];
        failure.MayHaveExecuted |= history is { MayHaveExecuted: true } or { MayHaveWritten: true };
        _content.Fail(index, failure, endpoint);
    }

    /// <summary>Notes that a command was not executed and is to be sent again, once its node has answered everything.</summary>
    /// <param name="index">Its place.</param>
    /// <param name="decision">How.</param>
    /// <param name="reason">Why, for an error.</param>
    public ResendHistory NoteAgain(int index, in RoutedDecision decision, string reason)
    {
        ResendHistory history = _histories.Note(index, decision, reason);
        _content.Commands[index].State = PipelineCommandState.Again;
        return history;
    }

    /// <summary>Notes that the caller has ended the execution.</summary>
    public void NoteCancelled() => _isCancelled = true;

    /// <summary>Begins a wait of commands; the execution does not end before <see cref="EndWait"/>.</summary>
    public void BeginWait() => Interlocked.Increment(ref _outstanding);

    /// <summary>Ends a wait, after what waited was sent or has failed.</summary>
    public void EndWait()
    {
        // The caller, who may block, goes on elsewhere than whoever has ended the wait: see IRouter.WaitForOwnerAsync.
        _core.RunContinuationsAsynchronously = true;
        End();
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
        ref PipelineCommand command = ref _content.Commands[index];
        ResendHistory? history = _histories.Find(index);
        RoutedDecision decision = RoutedDecision.After(_router, command.Info, command.Bucket, error, source, new Attempt
        {
            Setback = Setback.Other,
            Attempts = (history?.Attempts ?? 0) + 1,
            Redirects = history?.Redirects.Count ?? 0,
            Binding = _router.Binding,
            IsGroupOfKeys = _isGroupsOfKeys,
        });
        if (Scripts.TryTake(index, command.Info, error, source))
        {
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
        SlotMap? map = _router.Map;
        List<int>? uncovered = null;
        NodeParts? last = null;
        Span<PipelineCommand> commands = _content.Commands;
        for (int i = 0; i < commands.Length; i++)
        {
            ref PipelineCommand command = ref commands[i];
            if (_assembly.Find(map, command) is not { } channel)
            {
                (uncovered ??= []).Add(i);
                continue;
            }

            // Neighbours often go to the same node.
            if (last is null || last.Channel != channel)
            {
                last = _assembly.PartsFor(_nodes, channel);
            }

            _assembly.Add(last, i, command);
        }

        Send(_nodes, isAgain: false);
        _nodes.Clear();
        if (uncovered is not null)
        {
            Resend.SendWithOwner(uncovered, isNew: true);
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
            _router.NoteLoss(channel, isKeyless: true);
        }

        if (failure is OperationCanceledException)
        {
            _isCancelled = true;
        }

        foreach (int index in part.Commands)
        {
            if (index < 0 || _content.Commands[index].State != PipelineCommandState.Waiting)
            {
                continue;
            }

            Decision decision = RetryPolicy.Decide(new Attempt
            {
                Setback = setback,
                Retry = _content.Commands[index].Info.Retry,
                RepeatsAll = _router.RepeatsAll,
                MayHaveExecuted = part.MayHaveExecuted,
                Binding = _router.Binding,
            });
            if (decision.IsSentAgain)
            {
                NoteAgain(index, new RoutedDecision(decision, setback), failure.Message).MayHaveExecuted |= part.MayHaveExecuted;
            }
            else
            {
                Fail(index, PipelineFailures.Of(decision, failure, part.MayHaveExecuted), channel.Endpoint);
            }
        }
    }

    // Unless it is the last end, another thread may be the one to give the node back, at once.
    private void EndOne(NodeParts node)
    {
        if (!node.EndOne())
        {
            return;
        }

        List<int>? again = _histories.IsEmpty ? null : Resend.TakeAgain(node);
        node.End();
        if (again is not null)
        {
            Resend.Send(again);
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
            _core.SetException(new OperationCanceledException(CancellationToken));
        }
        else
        {
            _core.SetResult(true);
        }
    }
}
