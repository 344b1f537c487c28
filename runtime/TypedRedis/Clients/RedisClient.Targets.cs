using TypedRedis.Connections;
using TypedRedis.Observation;
using TypedRedis.Protocol;

namespace TypedRedis;

/// <content>Commands without keys that do not simply go to the default node.</content>
public abstract partial class RedisClient
{
    /// <summary>Sends a command without keys to the nodes it is for, if they are not left to <see cref="Dispatch"/>.</summary>
    /// <param name="command">The command.</param>
    /// <param name="frame">Its bytes.</param>
    /// <param name="deadline">Moment of the client's clock by which the call must be done.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>What sends it and gives the merged reply, and notes what becomes of it for who may observe it; null if the command goes to one node, as with a single server.</returns>
    /// <exception cref="RedisClusterException">The command is not for nodes that the client may choose.</exception>
    private protected virtual Func<ObservedCall?, Task<byte[]>>? FanOut(CommandInfo command, ReadOnlySpan<byte> frame, long deadline, CancellationToken cancellationToken) => null;

    private static async ValueTask IgnoreResultAsync(ValueTask<bool> call) => await call.ConfigureAwait(false);

    private ValueTask<T> SendToTargetAsync<T>(
        ref RequestWriter request, CommandInfo command, ReplyDecoder<T> decoder, Deadline deadline, CancellationToken cancellationToken)
    {
        Func<ObservedCall?, Task<byte[]>>? fanOut;
        try
        {
            fanOut = FanOut(command, request.Frame, DeadlineFor(deadline), cancellationToken);
        }
        catch (RedisException refusal)
        {
            Refuse(ref request, CallKind.SeveralNodes, command, refusal);
            return ValueTask.FromException<T>(refusal);
        }

        if (fanOut is not null)
        {
            ObservedCall? observed = Calls?.Begin(StartOf(request, CallKind.SeveralNodes, command));
            request.Release();
            return FanOutAsync(fanOut, command, decoder, observed);
        }

        PendingReply<T> reply = PendingReply<T>.Rent(command, request.Bucket, DeadlineFor(deadline), decoder);
        var result = new ValueTask<T>(reply, reply.Token);
        Send(reply, command, ref request, cancellationToken);
        return result;
    }

    private static async ValueTask<T> FanOutAsync<T>(
        Func<ObservedCall?, Task<byte[]>> fanOut, CommandInfo command, ReplyDecoder<T> decoder, ObservedCall? observed)
    {
        try
        {
            return await DecodeAsync(fanOut(observed), command, decoder).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            observed?.NoteError(error);
            throw;
        }
        finally
        {
            observed?.End();
        }
    }

    private static async ValueTask<T> DecodeAsync<T>(Task<byte[]> merged, CommandInfo command, ReplyDecoder<T> decoder)
    {
        try
        {
            byte[] reply = await merged.ConfigureAwait(false);
            return Decode(reply, decoder);
        }
        catch (RedisException error)
        {
            error.Command ??= command.Name;
            throw;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new RedisReplyException("The nodes' replies could not be merged and converted.", error) { Command = command.Name };
        }
    }

    private static T Decode<T>(byte[] reply, ReplyDecoder<T> decoder)
    {
        var reader = new RespReader(reply);
        reader.Read();
        return decoder.Decode(ref reader);
    }
}
