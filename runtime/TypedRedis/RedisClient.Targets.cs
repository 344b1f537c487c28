using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis;

/// <content>Commands without keys that do not simply go to the default node.</content>
public abstract partial class RedisClient
{
    /// <summary>
    /// The nodes a command without keys goes to, if they are not left to <see cref="Dispatch"/>; null if they are, as with a single
    /// server.
    /// </summary>
    /// <exception cref="RedisClusterException">The command must not be sent to a node chosen by the client, or there is no node.</exception>
    private protected virtual IReadOnlyList<NodeConnection>? TargetsOf(CommandInfo command) => null;

    private static async ValueTask IgnoreResultAsync(ValueTask<bool> call) => await call.ConfigureAwait(false);

    private ValueTask<T> SendToTargetAsync<T>(
        ref RequestWriter request, CommandInfo command, ReplyDecoder<T> decoder, Deadline deadline, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<NodeConnection>? targets = TargetsOf(command);
            if (targets is null)
            {
                PendingReply<T> reply = PendingReply<T>.Rent(command, request.Slot, DeadlineFor(deadline), decoder);
                var result = new ValueTask<T>(reply, reply.Token);
                Send(reply, ref request, cancellationToken);
                return result;
            }

            RequireMergeable<T>(command, targets.Count);
            var calls = new Task<T>[targets.Count];
            for (int i = 0; i < calls.Length; i++)
            {
                calls[i] = SendToNode(targets[i], request.Frame, command, decoder, DeadlineFor(deadline), cancellationToken);
            }

            request.Release();
            return new ValueTask<T>(MergeAsync(command, calls));
        }
        catch (RedisException refusal)
        {
            request.Release();
            return ValueTask.FromException<T>(refusal);
        }
    }

    private static void RequireMergeable<T>(CommandInfo command, int nodes)
    {
        if (nodes > 1 && !ReplyMerger.CanMerge<T>(command.Response))
        {
            throw new RedisClusterException("The command goes to several nodes, and their replies cannot become one of the declared type.") { Command = command.Name };
        }
    }

    private static Task<T> SendToNode<T>(
        NodeConnection node, ReadOnlySpan<byte> frame, CommandInfo command, ReplyDecoder<T> decoder, long deadline, CancellationToken cancellationToken)
    {
        PendingReply<T> reply = PendingReply<T>.Rent(command, slot: -1, deadline, decoder);
        Task<T> call = new ValueTask<T>(reply, reply.Token).AsTask();
        reply.IsPinned = true;
        reply.RegisterCancellation(cancellationToken);
        reply.RetainFrame(frame);
        node.Send(reply);
        return call;
    }

    private static async Task<T> MergeAsync<T>(CommandInfo command, Task<T>[] calls)
    {
        // All are waited for, so that no node is still at work when the caller goes on.
        await Task.WhenAll(calls).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
        return ReplyMerger.Merge(command.Response, calls);
    }
}
