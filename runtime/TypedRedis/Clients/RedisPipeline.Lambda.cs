using System.ComponentModel;

namespace TypedRedis;

/// <content>The lambda form, for up to seven replies.</content>
public abstract partial class RedisPipeline
{
    // Each arity by itself: C# has no generic over the length of a tuple.

    /// <summary>Builds a pipeline, executes it and disposes it. For generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static async ValueTask RunAsync<TPipeline>(
        TPipeline pipeline, Func<TPipeline, Deferred<Done>> build, bool isTransaction, Deadline deadline, CancellationToken cancellationToken)
        where TPipeline : RedisPipeline
    {
        using (pipeline)
        {
            ArgumentNullException.ThrowIfNull(build);
            _ = build(pipeline);
            _ = await pipeline.RunAsync(isTransaction, deadline, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Builds a pipeline, executes it and disposes it. For generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static async ValueTask<T> RunAsync<TPipeline, T>(
        TPipeline pipeline, Func<TPipeline, Deferred<T>> build, bool isTransaction, Deadline deadline, CancellationToken cancellationToken)
        where TPipeline : RedisPipeline
    {
        using (pipeline)
        {
            ArgumentNullException.ThrowIfNull(build);
            Deferred<T> deferred = build(pipeline);
            PipelineReplies replies = await pipeline.RunAsync(isTransaction, deadline, cancellationToken).ConfigureAwait(false);
            return replies.Get(deferred);
        }
    }

    /// <summary>Builds a pipeline, executes it and disposes it. For generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static async ValueTask<(T1, T2)> RunAsync<TPipeline, T1, T2>(
        TPipeline pipeline, Func<TPipeline, (Deferred<T1>, Deferred<T2>)> build, bool isTransaction, Deadline deadline, CancellationToken cancellationToken)
        where TPipeline : RedisPipeline
    {
        using (pipeline)
        {
            ArgumentNullException.ThrowIfNull(build);
            (Deferred<T1>, Deferred<T2>) deferred = build(pipeline);
            PipelineReplies replies = await pipeline.RunAsync(isTransaction, deadline, cancellationToken).ConfigureAwait(false);
            return (replies.Get(deferred.Item1), replies.Get(deferred.Item2));
        }
    }

    /// <summary>Builds a pipeline, executes it and disposes it. For generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static async ValueTask<(T1, T2, T3)> RunAsync<TPipeline, T1, T2, T3>(
        TPipeline pipeline, Func<TPipeline, (Deferred<T1>, Deferred<T2>, Deferred<T3>)> build, bool isTransaction, Deadline deadline, CancellationToken cancellationToken)
        where TPipeline : RedisPipeline
    {
        using (pipeline)
        {
            ArgumentNullException.ThrowIfNull(build);
            (Deferred<T1>, Deferred<T2>, Deferred<T3>) deferred = build(pipeline);
            PipelineReplies replies = await pipeline.RunAsync(isTransaction, deadline, cancellationToken).ConfigureAwait(false);
            return (replies.Get(deferred.Item1), replies.Get(deferred.Item2), replies.Get(deferred.Item3));
        }
    }

    /// <summary>Builds a pipeline, executes it and disposes it. For generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static async ValueTask<(T1, T2, T3, T4)> RunAsync<TPipeline, T1, T2, T3, T4>(
        TPipeline pipeline, Func<TPipeline, (Deferred<T1>, Deferred<T2>, Deferred<T3>, Deferred<T4>)> build, bool isTransaction, Deadline deadline, CancellationToken cancellationToken)
        where TPipeline : RedisPipeline
    {
        using (pipeline)
        {
            ArgumentNullException.ThrowIfNull(build);
            (Deferred<T1>, Deferred<T2>, Deferred<T3>, Deferred<T4>) deferred = build(pipeline);
            PipelineReplies replies = await pipeline.RunAsync(isTransaction, deadline, cancellationToken).ConfigureAwait(false);
            return (replies.Get(deferred.Item1), replies.Get(deferred.Item2), replies.Get(deferred.Item3), replies.Get(deferred.Item4));
        }
    }

    /// <summary>Builds a pipeline, executes it and disposes it. For generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static async ValueTask<(T1, T2, T3, T4, T5)> RunAsync<TPipeline, T1, T2, T3, T4, T5>(
        TPipeline pipeline, Func<TPipeline, (Deferred<T1>, Deferred<T2>, Deferred<T3>, Deferred<T4>, Deferred<T5>)> build, bool isTransaction, Deadline deadline, CancellationToken cancellationToken)
        where TPipeline : RedisPipeline
    {
        using (pipeline)
        {
            ArgumentNullException.ThrowIfNull(build);
            (Deferred<T1>, Deferred<T2>, Deferred<T3>, Deferred<T4>, Deferred<T5>) deferred = build(pipeline);
            PipelineReplies replies = await pipeline.RunAsync(isTransaction, deadline, cancellationToken).ConfigureAwait(false);
            return (replies.Get(deferred.Item1), replies.Get(deferred.Item2), replies.Get(deferred.Item3), replies.Get(deferred.Item4), replies.Get(deferred.Item5));
        }
    }

    /// <summary>Builds a pipeline, executes it and disposes it. For generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static async ValueTask<(T1, T2, T3, T4, T5, T6)> RunAsync<TPipeline, T1, T2, T3, T4, T5, T6>(
        TPipeline pipeline, Func<TPipeline, (Deferred<T1>, Deferred<T2>, Deferred<T3>, Deferred<T4>, Deferred<T5>, Deferred<T6>)> build, bool isTransaction, Deadline deadline, CancellationToken cancellationToken)
        where TPipeline : RedisPipeline
    {
        using (pipeline)
        {
            ArgumentNullException.ThrowIfNull(build);
            (Deferred<T1>, Deferred<T2>, Deferred<T3>, Deferred<T4>, Deferred<T5>, Deferred<T6>) deferred = build(pipeline);
            PipelineReplies replies = await pipeline.RunAsync(isTransaction, deadline, cancellationToken).ConfigureAwait(false);
            return (replies.Get(deferred.Item1), replies.Get(deferred.Item2), replies.Get(deferred.Item3), replies.Get(deferred.Item4), replies.Get(deferred.Item5), replies.Get(deferred.Item6));
        }
    }

    /// <summary>Builds a pipeline, executes it and disposes it. For generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static async ValueTask<(T1, T2, T3, T4, T5, T6, T7)> RunAsync<TPipeline, T1, T2, T3, T4, T5, T6, T7>(
        TPipeline pipeline, Func<TPipeline, (Deferred<T1>, Deferred<T2>, Deferred<T3>, Deferred<T4>, Deferred<T5>, Deferred<T6>, Deferred<T7>)> build, bool isTransaction, Deadline deadline, CancellationToken cancellationToken)
        where TPipeline : RedisPipeline
    {
        using (pipeline)
        {
            ArgumentNullException.ThrowIfNull(build);
            (Deferred<T1>, Deferred<T2>, Deferred<T3>, Deferred<T4>, Deferred<T5>, Deferred<T6>, Deferred<T7>) deferred = build(pipeline);
            PipelineReplies replies = await pipeline.RunAsync(isTransaction, deadline, cancellationToken).ConfigureAwait(false);
            return (replies.Get(deferred.Item1), replies.Get(deferred.Item2), replies.Get(deferred.Item3), replies.Get(deferred.Item4), replies.Get(deferred.Item5), replies.Get(deferred.Item6), replies.Get(deferred.Item7));
        }
    }

    private ValueTask<PipelineReplies> RunAsync(bool isTransaction, Deadline deadline, CancellationToken cancellationToken) => isTransaction
        ? ExecuteTransactionAsync(throwOnError: true, deadline, cancellationToken)
        : ExecuteAsync(throwOnError: true, deadline, cancellationToken);
}
