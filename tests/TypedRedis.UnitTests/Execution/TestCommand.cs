using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Execution;

/// <summary>A command of a property test: what a caller asked for, and what it was told. Its key is used by no other command.</summary>
/// <param name="Info">The command; nodes answer with its key, whatever it is.</param>
/// <param name="Key">The key.</param>
/// <param name="IsInTransaction">Whether it is part of a transaction.</param>
internal sealed record TestCommand(CommandInfo Info, string Key, bool IsInTransaction)
{
    private int _completions;

    /// <summary>Whether executing it twice is harmless; for one of a transaction, whether that of all of them is.</summary>
    public bool MayBeRepeated { get; set; } = Info.Retry != RetryClass.NotIdempotent;

    /// <summary>How often the caller was told of the end.</summary>
    public int Completions => Volatile.Read(ref _completions);

    /// <summary>The reply; null if there was an error.</summary>
    public string? Reply { get; private set; }

    /// <summary>The error; null if there was a reply.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Notes what the caller was told.</summary>
    public void End(string? reply, Exception? error)
    {
        Reply = reply;
        Error = error;
        Interlocked.Increment(ref _completions);
    }

    public override string ToString() =>
        $"{Info.Name} {Key}{(IsInTransaction ? " in a transaction" : "")}, told {Completions} times: {(Error is null ? Reply ?? "null" : $"{Error.GetType().Name}, {(Error as RedisException)?.MayHaveExecuted}, {Error.Message}")}";
}
