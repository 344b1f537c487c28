using System.ComponentModel;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Observation;
using TypedRedis.Protocol;

namespace TypedRedis;

/// <summary>
/// What all topologies share: encode a command, hand it to the right connection, await its reply. Use one client for the whole
/// application; it is safe for use from any number of threads and multiplexes their commands.
/// </summary>
public abstract partial class RedisClient : IAsyncDisposable
{
    private readonly Clock _clock;
    private readonly long _commandTimeoutMilliseconds;
    private readonly KeyHasher? _hasher;
    private volatile bool _isDisposed;

    /// <summary>A client with its clock and timeout.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="commandTimeout">How long a call may take unless it says otherwise.</param>
    /// <param name="hasher">Whose buckets decide where commands with keys go; null if keys do not matter.</param>
    /// <param name="calls">Who is told of calls; null if nobody listens.</param>
    private protected RedisClient(Clock clock, TimeSpan commandTimeout, KeyHasher? hasher, CallObserver? calls = null)
    {
        _clock = clock;
        _commandTimeoutMilliseconds = Clock.Milliseconds(commandTimeout);
        _hasher = hasher;
        Calls = calls;
    }

    /// <summary>A client with the ways of another.</summary>
    private protected RedisClient(RedisClient parent)
    {
        _clock = parent._clock;
        _commandTimeoutMilliseconds = parent._commandTimeoutMilliseconds;
        _hasher = parent._hasher;
        Calls = parent.Calls;
    }

    /// <summary>Whether commands go where their keys are.</summary>
    private bool RoutesByKeys => _hasher is not null;

    /// <summary>Sends any command, without a typed interface.</summary>
    /// <param name="command">The command with its arguments; keys marked, so that it can be routed.</param>
    /// <param name="cancellationToken">Ends the call; the command may still be executed.</param>
    /// <returns>The reply as a tree.</returns>
    /// <exception cref="RedisException">The command failed; see the derived types.</exception>
    public ValueTask<RespValue> ExecuteAsync(RawCommand command, CancellationToken cancellationToken = default) =>
        ExecuteAsync(command, Reply.Value, default, cancellationToken);

    /// <summary>Sends any command, without a typed interface.</summary>
    /// <typeparam name="T">The reply's type.</typeparam>
    /// <param name="command">The command with its arguments; keys marked, so that it can be routed.</param>
    /// <param name="decoder">How to read the reply, from <see cref="Reply"/>.</param>
    /// <param name="deadline">How long the call may take; the default is <c>CommandTimeout</c>, and no limit for a command that blocks.</param>
    /// <param name="cancellationToken">Ends the call; the command may still be executed, unless it blocks.</param>
    /// <exception cref="RedisException">The command failed; see the derived types.</exception>
    public ValueTask<T> ExecuteAsync<T>(RawCommand command, ReplyDecoder<T> decoder, Deadline deadline = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        ArgumentNullException.ThrowIfNull(decoder);
        RequestWriter request = command.Write(this, out CommandInfo info, out RedisException? refusal);
        if (refusal is not null)
        {
            Refuse(ref request, KindOf(info), info, refusal);
            return ValueTask.FromException<T>(refusal);
        }

        return (info.Flags & CommandFlags.Blocking) != 0
            ? SendBlockingAsync(ref request, info, decoder, deadline, cancellationToken)
            : SendAsync(ref request, info, decoder, deadline, cancellationToken);
    }

    /// <summary>
    /// What went through the client's connections, one entry for each node that commands were or could be sent to. A cluster's entries come
    /// and go with its nodes, some 30 s after these; a node that redirects to its own endpoint is connected to anew and has two for that long.
    /// </summary>
    /// <remarks>Takes a moment's lock for each node and sends nothing: meant to be read once a second, not for each command.</remarks>
    public abstract IReadOnlyList<RedisConnectionStatistics> GetConnectionStatistics();

    /// <summary>Begins a command with a fixed number of arguments. For generated code.</summary>
    /// <param name="frameStart">The encoded head and words, such as <c>*2\r\n$3\r\nGET\r\n</c>.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public RequestWriter BeginRequest(ReadOnlySpan<byte> frameStart) => new(_hasher, frameStart);

    /// <summary>Begins a command of which the number of arguments is known only now. For generated code.</summary>
    /// <param name="argumentCount">All arguments, the command's words included.</param>
    /// <param name="words">The encoded words, such as <c>$4\r\nMGET\r\n</c>.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public RequestWriter BeginRequest(int argumentCount, ReadOnlySpan<byte> words) => new(_hasher, argumentCount, words);

    /// <summary>Sends a command and decodes its reply. For generated code.</summary>
    /// <typeparam name="T">The reply's type.</typeparam>
    /// <param name="request">The written command; not to be used afterwards.</param>
    /// <param name="command">What the client must know of the command.</param>
    /// <param name="decoder">How to read the reply.</param>
    /// <param name="deadline">How long the call may take.</param>
    /// <param name="cancellationToken">Ends the call; the command may still be executed.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ValueTask<T> SendAsync<T>(
        ref RequestWriter request, CommandInfo command, ReplyDecoder<T> decoder, Deadline deadline, CancellationToken cancellationToken)
    {
        if (Refusal(ref request, command, deadline, cancellationToken) is { } refusal)
        {
            return ValueTask.FromException<T>(refusal);
        }

        if (command.DefaultTarget != CommandTarget.DefaultNode && request.Bucket < 0)
        {
            return SendToTargetAsync(ref request, command, decoder, deadline, cancellationToken);
        }

        PendingReply<T> reply = PendingReply<T>.Rent(command, request.Bucket, DeadlineFor(deadline), decoder);
        var result = new ValueTask<T>(reply, reply.Token);
        Send(reply, command, ref request, cancellationToken);
        return result;
    }

    /// <summary>Sends a command of which only the success matters. For generated code.</summary>
    /// <param name="request">The written command; not to be used afterwards.</param>
    /// <param name="command">What the client must know of the command.</param>
    /// <param name="deadline">How long the call may take.</param>
    /// <param name="cancellationToken">Ends the call; the command may still be executed.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ValueTask SendAsync(ref RequestWriter request, CommandInfo command, Deadline deadline, CancellationToken cancellationToken)
    {
        if (Refusal(ref request, command, deadline, cancellationToken) is { } refusal)
        {
            return ValueTask.FromException(refusal);
        }

        if (command.DefaultTarget != CommandTarget.DefaultNode && request.Bucket < 0)
        {
            return IgnoreResultAsync(SendToTargetAsync(ref request, command, Reply.Ignored, deadline, cancellationToken));
        }

        PendingReply<bool> reply = PendingReply<bool>.Rent(command, request.Bucket, DeadlineFor(deadline), Reply.Ignored);
        var result = new ValueTask(reply, reply.Token);
        Send(reply, command, ref request, cancellationToken);
        return result;
    }

    /// <summary>Sends a command of which the reply goes into the caller's buffer. For generated code.</summary>
    /// <param name="request">The written command; not to be used afterwards.</param>
    /// <param name="command">What the client must know of the command.</param>
    /// <param name="destination">Where the reply's bytes go; not to be touched until the call has ended.</param>
    /// <param name="deadline">How long the call may take.</param>
    /// <param name="cancellationToken">Ends the call; the command may still be executed.</param>
    /// <returns>Number of bytes, or −1 if the reply is null. A reply that does not fit is a <see cref="RedisReplyException"/>.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ValueTask<int> SendAsync(
        ref RequestWriter request, CommandInfo command, Memory<byte> destination, Deadline deadline, CancellationToken cancellationToken)
    {
        if (Refusal(ref request, command, deadline, cancellationToken) is { } refusal)
        {
            return ValueTask.FromException<int>(refusal);
        }

        if (command.DefaultTarget != CommandTarget.DefaultNode && request.Bucket < 0)
        {
            return SendToTargetAsync(ref request, command, new BufferDecoder(destination), deadline, cancellationToken);
        }

        PendingBufferReply reply = PendingBufferReply.Rent(command, request.Bucket, DeadlineFor(deadline), destination);
        var result = new ValueTask<int>(reply, reply.Token);
        Send(reply, command, ref request, cancellationToken);
        return result;
    }

    /// <summary>
    /// Closes all connections. Calls under way fail: with a <see cref="RedisOutcomeUnknownException"/> if they write and may have reached a server, else
    /// with a <see cref="RedisConnectionException"/>; further ones with an <see cref="ObjectDisposedException"/>.
    /// </summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>Hands a written command to a connection. Must not throw: what goes wrong completes the request.</summary>
    private protected abstract void Dispatch(PendingRequest request, ref RequestWriter writer);

    /// <summary>Hands on a command that keeps its frame and is an <see cref="IDedicatedRequest"/>. Must not throw either.</summary>
    private protected abstract void DispatchDedicated(PendingRequest request);

    private void Send(PendingRequest request, CommandInfo command, ref RequestWriter writer, CancellationToken cancellationToken)
    {
        Calls?.Follow(request, StartOf(writer, CallKind.Single, command));
        if (cancellationToken.CanBeCanceled)
        {
            request.RegisterCancellation(cancellationToken);
        }

        Dispatch(request, ref writer);
        writer.Release();
    }

    /// <summary>The moment of the client's clock that a deadline means.</summary>
    internal long DeadlineFor(Deadline deadline) =>
        _clock.After(deadline.Timeout is { } timeout ? Clock.Milliseconds(timeout) : _commandTimeoutMilliseconds);
}
