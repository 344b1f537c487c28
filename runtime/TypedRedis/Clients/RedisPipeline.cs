using System.ComponentModel;
using System.Runtime.CompilerServices;
using TypedRedis.Observation;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;

namespace TypedRedis;

/// <summary>
/// Commands that are sent together: every node's part in one piece, to all nodes at the same time. The generated class
/// <c>Pipeline</c> of each interface adds the interface's commands. Not for use by several threads at the same time; it may be used
/// again after each execution, and then keeps its memory.
/// </summary>
/// <remarks>
/// There is no order and no atomicity across nodes. The commands of one slot are executed in their order, also when they are
/// redirected while the slot moves.
/// </remarks>
public abstract partial class RedisPipeline : IDisposable
{
    private readonly RedisClient _client;
    private int _isInUse;
    private readonly PipelineContent _content = new();
    private PipelineExecution? _execution;
    private Phase _phase;

    /// <summary>An empty pipeline. For generated code.</summary>
    /// <param name="client">The client to execute with.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected RedisPipeline(RedisClient client)
    {
        ArgumentNullException.ThrowIfNull(client);
        _client = client;
    }

    private enum Phase
    {
        Building,
        Executing,
        Executed,
        Disposed,
    }

    /// <summary>How many commands wait for the execution.</summary>
    public int Length => _phase == Phase.Executed ? 0 : _content.Count;

    /// <summary>Grows with every use; replies and deferred values belong to one.</summary>
    internal int UseNumber { get; private set; }

    /// <summary>How many commands the present or last use has.</summary>
    internal int CommandCount => _content.Count;

    /// <summary>Appends any command, without a typed method.</summary>
    /// <param name="command">The command with its arguments; keys marked, so that it can be routed.</param>
    /// <exception cref="RedisCrossSlotException">Its keys are in different slots.</exception>
    /// <exception cref="RedisSessionException">It would change the connection that all callers share.</exception>
    /// <exception cref="RedisClusterException">A cluster client cannot tell where it goes, or it must not be sent to a cluster.</exception>
    public Deferred<RespValue> Execute(RawCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        RequestWriter request = command.Write(_client, out CommandInfo info, out RedisException? refusal);
        if (refusal is not null)
        {
            request.Release();
            throw refusal;
        }

        return Add(ref request, info, Reply.Value);
    }

    /// <summary>Sends all commands and waits for all replies.</summary>
    /// <param name="throwOnError">
    /// True (the default): the first command that failed is thrown, once all have been executed. False: the outcome of each command is in the replies.
    /// </param>
    /// <param name="deadline">How long all of it may take; the default is the client's <c>CommandTimeout</c>.</param>
    /// <param name="cancellationToken">Ends the call; commands may still be executed.</param>
    /// <returns>The replies. They are valid until the pipeline takes the first command of its next use.</returns>
    /// <exception cref="RedisPipelineException">A command failed.</exception>
    /// <exception cref="OperationCanceledException">The token ended it.</exception>
    /// <exception cref="InvalidOperationException">It is being executed already.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<PipelineReplies> ExecuteAsync(bool throwOnError = true, Deadline deadline = default, CancellationToken cancellationToken = default)
    {
        ObservedCall? observed = BeginExecution(CallKind.Pipeline, deadline, cancellationToken);
        try
        {
            if (_content.Count > 0)
            {
                _execution ??= new PipelineExecution(_content, _client.Router);
                await _execution.RunAsync(_client.DeadlineFor(deadline), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            _content.ReleaseLeases();
            EndExecution(observed, _execution, null, error);
            throw;
        }
        finally
        {
            _phase = Phase.Executed;
        }

        EndExecution(observed, _execution, null, error: null);
        return Replies(throwOnError);
    }

    /// <summary>
    /// Executes all commands as one transaction (MULTI and EXEC in one piece): no other client's command comes between them, and
    /// either all are executed or none. A command that fails while it is executed does not undo the others.
    /// </summary>
    /// <param name="throwOnError">As for <see cref="ExecuteAsync"/>.</param>
    /// <param name="deadline">How long all of it may take; the default is the client's <c>CommandTimeout</c>.</param>
    /// <param name="cancellationToken">Ends the call; the transaction may still be executed.</param>
    /// <returns>The replies. They are valid until the pipeline takes the first command of its next use.</returns>
    /// <exception cref="RedisCrossSlotException">The keys of all commands are not in one slot. Nothing was sent.</exception>
    /// <exception cref="RedisWatchException">A watched key has changed. Nothing was executed.</exception>
    /// <exception cref="RedisOutcomeUnknownException">The connection was lost; whether the transaction was executed is unknown.</exception>
    /// <exception cref="RedisPipelineException">A command failed; if the server refused it beforehand, none was executed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<PipelineReplies> ExecuteTransactionAsync(bool throwOnError = true, Deadline deadline = default, CancellationToken cancellationToken = default)
    {
        ObservedCall? observed = BeginExecution(CallKind.Transaction, deadline, cancellationToken);
        TransactionExecution? execution = null;
        try
        {
            if (_content.Count > 0)
            {
                execution = new TransactionExecution(_content, _client.Router, _client.TransactionScope);
                await execution.RunAsync(_client.DeadlineFor(deadline), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception error)
        {
            _content.ReleaseLeases();
            EndExecution(observed, null, execution, error);
            throw;
        }
        finally
        {
            _phase = Phase.Executed;
        }

        EndExecution(observed, null, execution, error: null);
        return Replies(throwOnError);
    }

    /// <summary>Discards the commands that wait for the execution, and the replies of the last one.</summary>
    /// <exception cref="InvalidOperationException">It is being executed.</exception>
    public void Clear()
    {
        Enter();
        try
        {
            ClearContent();
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Gives the memory back. Replies are gone, commands that were not executed are discarded.</summary>
    /// <exception cref="InvalidOperationException">It is being executed.</exception>
    public void Dispose()
    {
        Enter();
        try
        {
            if (_phase != Phase.Disposed)
            {
                RequireIdle();
                UseNumber++;
                _content.Release();
                _phase = Phase.Disposed;
            }
        }
        finally
        {
            Leave();
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Begins a command with a fixed number of arguments. For generated code.</summary>
    /// <param name="frameStart">The encoded head and words.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected RequestWriter BeginRequest(ReadOnlySpan<byte> frameStart) => _client.BeginRequest(frameStart);

    /// <summary>Begins a command of which the number of arguments is known only now. For generated code.</summary>
    /// <param name="argumentCount">All arguments, the command's words included.</param>
    /// <param name="words">The encoded words.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected RequestWriter BeginRequest(int argumentCount, ReadOnlySpan<byte> words) => _client.BeginRequest(argumentCount, words);

    /// <summary>Appends a written command. For generated code.</summary>
    /// <typeparam name="T">The reply's type.</typeparam>
    /// <param name="request">The written command; not to be used afterwards.</param>
    /// <param name="command">What the client must know of the command.</param>
    /// <param name="decoder">How to read the reply.</param>
    /// <exception cref="RedisCrossSlotException">Its keys are in different slots.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected Deferred<T> Add<T>(ref RequestWriter request, CommandInfo command, ReplyDecoder<T> decoder)
    {
        try
        {
            Enter();
            try
            {
                BeginAdding(ref request, command);
                return new Deferred<T>(this, UseNumber, _content.Add(ref request, command, decoder));
            }
            finally
            {
                Leave();
            }
        }
        finally
        {
            request.Release();
        }
    }

    /// <summary>Appends a written command of which only the success matters. For generated code.</summary>
    /// <param name="request">The written command; not to be used afterwards.</param>
    /// <param name="command">What the client must know of the command.</param>
    /// <exception cref="RedisCrossSlotException">Its keys are in different slots.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected Deferred<Done> Add(ref RequestWriter request, CommandInfo command) => Add(ref request, command, Reply.Done);

    /// <summary>Appends a written command of which the reply goes into the caller's buffer. For generated code.</summary>
    /// <param name="request">The written command; not to be used afterwards.</param>
    /// <param name="command">What the client must know of the command.</param>
    /// <param name="destination">Where the reply's bytes go; not to be touched until the execution has ended.</param>
    /// <returns>Number of bytes, or −1 if the reply is null.</returns>
    /// <exception cref="RedisCrossSlotException">Its keys are in different slots.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    protected Deferred<int> Add(ref RequestWriter request, CommandInfo command, Memory<byte> destination)
    {
        try
        {
            Enter();
            try
            {
                BeginAdding(ref request, command);
                return new Deferred<int>(this, UseNumber, _content.Add(ref request, command, destination));
            }
            finally
            {
                Leave();
            }
        }
        finally
        {
            request.Release();
        }
    }

    internal T ReplyTo<T>(int index) => _content.Get<T>(index);

    internal RedisException? FailureOf(int index) => _content.ErrorOf(index);

    private void BeginAdding(ref RequestWriter request, CommandInfo command)
    {
        RequireIdle();
        if (!request.IsWhole)
        {
            throw request.NotWhole(command);
        }

        if (_client.RefusalOf(command, request.IsCrossBucket) is { } refusal)
        {
            throw refusal;
        }

        if ((command.Flags & (CommandFlags.Blocking | CommandFlags.Session)) != 0)
        {
            throw new InvalidOperationException($"{command.Name} cannot be part of a pipeline: it needs a connection of its own.");
        }

        if (request.Bucket < 0 && _client.GoesToSeveralNodes(command))
        {
            throw new InvalidOperationException($"{command.Name} cannot be part of a pipeline: it goes to several nodes.");
        }

        if (_phase == Phase.Executed)
        {
            ClearContent();
        }
    }

    private void ClearContent()
    {
        RequireIdle();
        _content.Clear();
        UseNumber++;
        _phase = Phase.Building;
    }

    // Two threads at once would give one array back twice, and the next ones to get it would send each other's bytes.
    private void Enter()
    {
        if (Interlocked.Exchange(ref _isInUse, 1) != 0)
        {
            throw new InvalidOperationException("The pipeline is used by several threads at the same time; it is for one at a time.");
        }
    }

    private void Leave() => Volatile.Write(ref _isInUse, 0);

    private void RequireIdle()
    {
        ObjectDisposedException.ThrowIf(_phase == Phase.Disposed, this);
        if (_phase == Phase.Executing)
        {
            throw new InvalidOperationException("The pipeline is being executed; await that first.");
        }
    }

    private ObservedCall? BeginExecution(CallKind kind, Deadline deadline, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            RequireIdle();
            ObservedCall? observed = _client.Calls?.Begin(StartOf(kind));
            ThrowIfRefused(observed, deadline, cancellationToken);
            if (_phase == Phase.Executed)
            {
                // Executed again without a command in between: empty.
                ClearContent();
            }

            _phase = Phase.Executing;
            return observed;
        }
        finally
        {
            Leave();
        }
    }

    private void ThrowIfRefused(ObservedCall? observed, Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            _client.ThrowIfDisposed();
            cancellationToken.ThrowIfCancellationRequested();
            RedisClient.ThrowIfPassed(deadline, command: null);
        }
        catch (Exception refusal)
        {
            observed?.NoteError(refusal);
            observed?.End();
            throw;
        }
    }

    private CallStart StartOf(CallKind kind) => new()
    {
        Kind = kind,
        Command = _phase == Phase.Executed ? null : _content.CommonCommand(),
        BatchSize = Length,
    };

    private void EndExecution(ObservedCall? observed, PipelineExecution? pipeline, TransactionExecution? transaction, Exception? error)
    {
        if (observed is null)
        {
            return;
        }

        if (_content.Count > 0)
        {
            pipeline?.Tell(observed);
            transaction?.Tell(observed);
        }

        observed.NoteError(error ?? (_content.HasErrors ? _content.ErrorOf(_content.FirstError) : null));
        observed.End();
    }

    private PipelineReplies Replies(bool throwOnError)
    {
        if (throwOnError && _content.HasErrors)
        {
            // The caller gets no replies.
            _content.ReleaseLeases();
            int index = _content.FirstError;
            throw new RedisPipelineException(index, _content.Count, _content.ErrorOf(index)!);
        }

        return new PipelineReplies(this, UseNumber);
    }
}
