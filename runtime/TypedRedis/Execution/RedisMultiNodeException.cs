namespace TypedRedis;

/// <summary>
/// A command that goes to several nodes failed on some of them, or on all. What came of it on each is in <see cref="Outcomes"/>, successes too.
/// <see cref="Exception.InnerException"/> is the first failure's error.
/// </summary>
public sealed class RedisMultiNodeException : RedisException
{
    internal RedisMultiNodeException(string command, IReadOnlyList<NodeOutcome> outcomes)
        : base(Describe(outcomes), outcomes.First(outcome => outcome.Error is not null).Error)
    {
        Command = command;
        Outcomes = outcomes;
        MayHaveExecuted = outcomes.Any(outcome => outcome.Error is not { MayHaveExecuted: false });
    }

    /// <summary>What came of the command on each node.</summary>
    public IReadOnlyList<NodeOutcome> Outcomes { get; }

    // The errors' own texts may repeat what the caller sent, so they are left to the errors.
    private static string Describe(IReadOnlyList<NodeOutcome> outcomes)
    {
        NodeOutcome[] failed = [.. outcomes.Where(outcome => !outcome.IsSuccess)];
        return $"The command failed on {failed.Length} of {outcomes.Count} nodes: {string.Join(", ", failed.Select(outcome => outcome.ToString()))}";
    }
}
