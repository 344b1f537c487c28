using System.Diagnostics.CodeAnalysis;

namespace TypedRedis;

/// <summary>
/// The replies of an executed pipeline or transaction. They belong to the pipeline: valid until it takes the first command of
/// its next use, or is disposed. Leases (<see cref="RedisLease"/>) in a reply that the caller got are the caller's to dispose; all others go back to
/// the pool when the replies end.
/// </summary>
public readonly struct PipelineReplies
{
    private readonly RedisPipeline? _pipeline;
    private readonly int _generation;

    internal PipelineReplies(RedisPipeline pipeline, int generation)
    {
        _pipeline = pipeline;
        _generation = generation;
    }

    /// <summary>How many commands were executed.</summary>
    public int Count => _pipeline is { } pipeline && pipeline.UseNumber == _generation ? pipeline.CommandCount : 0;

    /// <summary>The reply to a command.</summary>
    /// <exception cref="RedisException">The command failed; only if the pipeline was executed without throwing on errors.</exception>
    /// <exception cref="InvalidOperationException">The command belongs to another execution, or these replies are not valid any more.</exception>
    public T Get<T>(Deferred<T> deferred) => Check(deferred).ReplyTo<T>(deferred.Index);

    /// <summary>The reply to a command, if it did not fail.</summary>
    /// <param name="deferred">The command.</param>
    /// <param name="value">The reply.</param>
    /// <param name="error">Why it failed.</param>
    /// <returns>Whether it succeeded.</returns>
    /// <exception cref="InvalidOperationException">The command belongs to another execution, or these replies are not valid any more.</exception>
    public bool TryGet<T>(Deferred<T> deferred, [MaybeNullWhen(false)] out T value, [NotNullWhen(false)] out RedisException? error)
    {
        RedisPipeline pipeline = Check(deferred);
        error = pipeline.FailureOf(deferred.Index);
        value = error is null ? pipeline.ReplyTo<T>(deferred.Index) : default;
        return error is null;
    }

    /// <summary>Why a command failed; null if it succeeded.</summary>
    /// <exception cref="InvalidOperationException">The command belongs to another execution, or these replies are not valid any more.</exception>
    public RedisException? ErrorOf(Deferred deferred) => Check(deferred).FailureOf(deferred.Index);

    private RedisPipeline Check(Deferred deferred)
    {
        if (_pipeline is not { } pipeline || pipeline.UseNumber != _generation)
        {
            throw new InvalidOperationException("These replies are gone: their pipeline has been used again or disposed.");
        }

        if (deferred.Pipeline != pipeline || deferred.Generation != _generation)
        {
            throw new InvalidOperationException("The command was not part of the execution that these replies come from.");
        }

        return pipeline;
    }
}
