namespace TypedRedis.Benchmarks.Running;

/// <summary>A reply was wrong, or a caller never got one: figures of such a run mean nothing.</summary>
internal sealed class BenchmarkFailedException : Exception
{
    public BenchmarkFailedException()
    {
    }

    public BenchmarkFailedException(string message)
        : base(message)
    {
    }

    public BenchmarkFailedException(string message, Exception? cause)
        : base(message, cause)
    {
    }
}
