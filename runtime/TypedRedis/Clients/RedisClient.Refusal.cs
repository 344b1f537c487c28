using TypedRedis.Observation;
using TypedRedis.Protocol;

namespace TypedRedis;

/// <content>What forbids sending a command at all. Every way in asks here: calls, calls that block, pipelines and watches.</content>
public abstract partial class RedisClient
{
    /// <summary>Why a command must not be sent; null if it may.</summary>
    /// <param name="command">What the client knows of the command.</param>
    /// <param name="isCrossBucket">Whether its keys are in different buckets.</param>
    internal RedisException? RefusalOf(CommandInfo command, bool isCrossBucket)
    {
        if (isCrossBucket)
        {
            return new RedisCrossSlotException("All keys of a command must be in the same hash slot; use hash tags. Nothing was sent.") { Command = command.Name };
        }

        if ((command.Flags & CommandFlags.Session) != 0 && RefusalOfSession(command) is { } refusal)
        {
            return refusal;
        }

        return command.DefaultTarget == CommandTarget.Blocked && RoutesByKeys
            ? new RedisClusterException("The command is not sent to a cluster: it would damage the cluster or has no meaning on a node that the client chooses. Nothing was sent.") { Command = command.Name }
            : null;
    }

    // The same for a command that was written, which is given up then.
    private Exception? Refusal(
        ref RequestWriter request, CommandInfo command, Deadline deadline, CancellationToken cancellationToken, CallKind kind = CallKind.Single)
    {
        if (!request.IsCrossBucket
            && request.IsWhole
            && !_isDisposed
            && (command.Flags & CommandFlags.Session) == 0
            && command.DefaultTarget != CommandTarget.Blocked
            && !deadline.HasPassed
            && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        Exception? refusal = _isDisposed ? Disposed() : request.IsWhole ? RefusalOf(command, request.IsCrossBucket) : request.NotWhole(command);
        refusal ??= cancellationToken.IsCancellationRequested ? new OperationCanceledException(cancellationToken) : null;
        refusal ??= deadline.HasPassed ? RefusalOfDeadline(command.Name) : null;
        if (refusal is not null)
        {
            Refuse(ref request, kind, command, refusal);
        }

        return refusal;
    }
}
