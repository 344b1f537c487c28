namespace TypedRedis;

/// <summary>
/// A command of a pipeline or transaction failed; the first one, if it was several. The other commands were executed all the same:
/// execute with <c>throwOnError: false</c> to see the outcome of each. <see cref="Exception.InnerException"/> is the command's own error.
/// </summary>
public sealed class RedisPipelineException : RedisException
{
    internal RedisPipelineException(int index, int count, RedisException cause)
        : base($"Command {index + 1} of {count} failed: {cause.Summary}", cause)
    {
        Index = index;
        Command = cause.Command;
        Endpoint = cause.Endpoint;
        Slot = cause.Slot;
        Attempts = cause.Attempts;
        Redirects = cause.Redirects;
        MayHaveExecuted = cause.MayHaveExecuted;
    }

    /// <summary>The place of the command in the pipeline, from 0.</summary>
    public int Index { get; }
}
