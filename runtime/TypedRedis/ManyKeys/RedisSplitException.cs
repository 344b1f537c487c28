namespace TypedRedis;

/// <summary>
/// A split command failed for some of its keys. It was executed for the others: have the method return a <see cref="SplitResult{T}"/> to
/// keep what came of them. <see cref="Exception.InnerException"/> is the first failure's error.
/// </summary>
public sealed class RedisSplitException : RedisException
{
    internal RedisSplitException(string command, int count, IReadOnlyList<SplitFailure> failures)
        : base($"The command failed for {failures.Count} of {count} keys, first: {failures[0].Error.Summary}", failures[0].Error)
    {
        Count = count;
        Failures = failures;
        Command = command;
        Endpoint = failures[0].Error.Endpoint;
        Slot = failures[0].Error.Slot;
        Attempts = failures[0].Error.Attempts;
        Redirects = failures[0].Error.Redirects;
        MayHaveExecuted = failures[0].Error.MayHaveExecuted;
    }

    /// <summary>How many keys were sent. Of very many, what follows the first failures by some ten thousand is not sent.</summary>
    public int Count { get; }

    /// <summary>The keys for which the command failed, in the order in which they were given.</summary>
    public IReadOnlyList<SplitFailure> Failures { get; }
}
