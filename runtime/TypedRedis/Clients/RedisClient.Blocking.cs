using System.ComponentModel;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Observation;
using TypedRedis.Protocol;

namespace TypedRedis;

/// <content>Commands that block, each on a connection of its own.</content>
public abstract partial class RedisClient
{
    /// <summary>Sends a command that may block, and decodes its reply. For generated code.</summary>
    /// <typeparam name="T">The reply's type.</typeparam>
    /// <param name="request">The written command; not to be used afterwards.</param>
    /// <param name="command">What the client must know of the command.</param>
    /// <param name="decoder">How to read the reply.</param>
    /// <param name="deadline">How long the call may take; no limit if not given, but the server must be reached within <see cref="RedisOptions.CommandTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the call, and the command on the server by closing its connection.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ValueTask<T> SendBlockingAsync<T>(
        ref RequestWriter request, CommandInfo command, ReplyDecoder<T> decoder, Deadline deadline, CancellationToken cancellationToken)
    {
        if (Refusal(ref request, command, deadline, cancellationToken, CallKind.Dedicated) is { } refusal)
        {
            return ValueTask.FromException<T>(refusal);
        }

        DedicatedReply<T> reply = SendDedicated(ref request, command, decoder, BlockingDeadlineFor(deadline), keepsConnection: false, cancellationToken);
        return new ValueTask<T>(reply, reply.Token);
    }

    /// <summary>Sends a command that may block and of which only the success matters. For generated code.</summary>
    /// <param name="request">The written command; not to be used afterwards.</param>
    /// <param name="command">What the client must know of the command.</param>
    /// <param name="deadline">How long the call may take; no limit if not given, but the server must be reached within <see cref="RedisOptions.CommandTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the call, and the command on the server by closing its connection.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ValueTask SendBlockingAsync(ref RequestWriter request, CommandInfo command, Deadline deadline, CancellationToken cancellationToken)
    {
        if (Refusal(ref request, command, deadline, cancellationToken, CallKind.Dedicated) is { } refusal)
        {
            return ValueTask.FromException(refusal);
        }

        DedicatedReply<bool> reply = SendDedicated(ref request, command, Reply.Ignored, BlockingDeadlineFor(deadline), keepsConnection: false, cancellationToken);
        return new ValueTask(reply, reply.Token);
    }

    /// <summary>Sends a command that may block and of which the reply goes into the caller's buffer. For generated code.</summary>
    /// <param name="request">The written command; not to be used afterwards.</param>
    /// <param name="command">What the client must know of the command.</param>
    /// <param name="destination">Where the reply's bytes go; not to be touched until the call has ended.</param>
    /// <param name="deadline">How long the call may take; no limit if not given, but the server must be reached within <see cref="RedisOptions.CommandTimeout"/>.</param>
    /// <param name="cancellationToken">Ends the call, and the command on the server by closing its connection.</param>
    /// <returns>Number of bytes, or −1 if the reply is null. A reply that does not fit is a <see cref="RedisReplyException"/>.</returns>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public ValueTask<int> SendBlockingAsync(
        ref RequestWriter request, CommandInfo command, Memory<byte> destination, Deadline deadline, CancellationToken cancellationToken) =>
        SendBlockingAsync(ref request, command, new BufferDecoder(destination), deadline, cancellationToken);

    /// <summary>Sends a command on a connection that it has to itself.</summary>
    /// <param name="request">The written command; not to be used afterwards.</param>
    /// <param name="command">What the client must know of the command.</param>
    /// <param name="decoder">How to read the reply.</param>
    /// <param name="deadline">Moment of the client's clock by which the call must be done.</param>
    /// <param name="keepsConnection">Whether the caller goes on with the connection after a good reply.</param>
    /// <param name="cancellationToken">Ends the call and closes the connection.</param>
    private DedicatedReply<T> SendDedicated<T>(
        ref RequestWriter request, CommandInfo command, ReplyDecoder<T> decoder, long deadline, bool keepsConnection, CancellationToken cancellationToken)
    {
        var reply = new DedicatedReply<T>(
            command, request.Bucket, decoder, _clock, deadline, _commandTimeoutMilliseconds, BlockingTimeout.Find(command, request.Frame), keepsConnection);
        Calls?.Follow(reply, StartOf(request, CallKind.Dedicated, command));
        if (cancellationToken.CanBeCanceled)
        {
            reply.RegisterCancellation(cancellationToken);
        }

        reply.RetainFrame(request.Frame);
        request.Release();
        DispatchDedicated(reply);
        return reply;
    }

    /// <summary>Sends WATCH on a connection that is the caller's afterwards.</summary>
    /// <returns>Null if it was refused; nothing was sent then.</returns>
    internal DedicatedReply<bool>? TrySendWatch(ref RequestWriter request, CommandInfo command, CancellationToken cancellationToken, out Exception? refusal)
    {
        refusal = Refusal(ref request, command, default, cancellationToken, CallKind.Dedicated);
        return refusal is null
            ? SendDedicated(ref request, command, Reply.Ignored, DeadlineFor(default), keepsConnection: true, cancellationToken)
            : null;
    }

    private long BlockingDeadlineFor(Deadline deadline) => deadline.Timeout is { } timeout ? _clock.After(Clock.Milliseconds(timeout)) : long.MaxValue;
}
