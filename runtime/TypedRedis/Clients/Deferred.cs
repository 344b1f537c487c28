namespace TypedRedis;

/// <summary>Stands for the reply to a command of a pipeline that may not have been executed yet.</summary>
public readonly struct Deferred
{
    internal Deferred(RedisPipeline pipeline, int generation, int index)
    {
        Pipeline = pipeline;
        Generation = generation;
        Index = index;
    }

    /// <summary>The command's place in the pipeline, from 0.</summary>
    public int Index { get; }

    internal RedisPipeline? Pipeline { get; }

    internal int Generation { get; }
}

/// <summary>
/// Stands for the reply to a command of a pipeline. It has no value of its own: <see cref="PipelineReplies.Get{T}"/> gives it, and
/// replies exist only after the execution.
/// </summary>
/// <typeparam name="T">The reply's type.</typeparam>
public readonly struct Deferred<T>
{
    internal Deferred(RedisPipeline pipeline, int generation, int index) => Untyped = new Deferred(pipeline, generation, index);

    /// <summary>The command's place in the pipeline, from 0.</summary>
    public int Index => Untyped.Index;

    internal Deferred Untyped { get; }

    /// <summary>The same without the type of the reply.</summary>
    public static implicit operator Deferred(Deferred<T> deferred) => deferred.Untyped;
}
