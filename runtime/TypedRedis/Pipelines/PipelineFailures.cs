using TypedRedis.Connections;
using TypedRedis.Execution;
using TypedRedis.Routing;

namespace TypedRedis.Pipelines;

/// <summary>The errors of a pipeline's commands, made from what has ended their part or their wait. Each command gets one of its own.</summary>
internal static class PipelineFailures
{
    /// <summary>The error of a command that its part has left without a reply, and that is not sent again.</summary>
    /// <param name="decision">Why it is not.</param>
    /// <param name="failure">What has ended the part.</param>
    /// <param name="mayHaveExecuted">Whether the server may have executed the part.</param>
    public static RedisException Of(in Decision decision, Exception failure, bool mayHaveExecuted)
    {
        switch (decision.Verdict)
        {
            case Verdict.OutcomeUnknown:
                return OutcomeUnknown.After(failure);
            case Verdict.OutcomeUnknownAtEnd:
                return OutcomeUnknown.AtEnd(failure);
            default:
                RedisException copy = CopyOf(failure);
                copy.MayHaveExecuted |= mayHaveExecuted;
                return copy;
        }
    }

    /// <summary>A copy of an error that several commands share, to which each adds what is its own.</summary>
    public static RedisException CopyOf(Exception failure) => failure switch
    {
        RedisTimeoutException timeout => new RedisTimeoutException(timeout.Summary, timeout.InnerException) { MayHaveExecuted = timeout.MayHaveExecuted },
        RedisQueueFullException full => new RedisQueueFullException(full.Summary, full.InnerException),
        RedisWatchException watch => new RedisWatchException(watch.Summary, watch.InnerException),
        RedisOutcomeUnknownException unknown => new RedisOutcomeUnknownException(unknown.Summary, unknown.InnerException),
        RedisConnectionException or RedisProtocolException or RedisConfigurationException => ErrorCopy.Of(failure),
        RedisException other => new RedisException(other.Summary, other.InnerException ?? other),
        _ => new RedisException("The pipeline was cancelled.", failure),
    };

    /// <summary>The error of a command that was to be sent again, while later ones of its slot were executed.</summary>
    public static RedisException Overtaken(ResendHistory history)
    {
        const string Why = "later commands of the pipeline were executed meanwhile. It was not sent again, since it would be out of order.";
        return history switch
        {
            { MayHaveExecuted: true } => new RedisOutcomeUnknownException(
                $"The connection was lost after the command may have reached the server; whether it was executed is unknown. Since then it was refused ({history.Reason}), and {Why}"),
            { Decision.Redirect: not null } => new RedisClusterException($"The command was not executed: its slot moved away ({history.Reason}) and came back, and {Why}"),
            _ => new RedisServerException($"{history.Reason}: the command was not executed, and {Why}"),
        };
    }

    /// <summary>The error of a command whose deadline has passed while it waited to be sent again.</summary>
    public static RedisException Late(ResendHistory history) =>
        new RedisTimeoutException($"The pipeline did not finish in time: the command was waiting to be sent again. Last error: {history.Reason}", null);
}
