using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Execution;

/// <summary>What callers may be told, given what the nodes have executed.</summary>
internal static class CallModel
{
    /// <summary>Fails unless every command ended once, and its caller was told the truth.</summary>
    public static void Check(IReadOnlyList<TestCommand> commands, FaultyNodes.Execution[] executed)
    {
        ILookup<string, FaultyNodes.Execution> executions = executed.ToLookup(execution => execution.Key);
        foreach (TestCommand command in commands)
        {
            FaultyNodes.Execution[] own = [.. executions[command.Key]];
            string what = $"{command}, executed {own.Length} times";
            Assert.True(command.Completions == 1, $"{what}: it did not end once.");
            Assert.True(own.Length <= 1 || command.MayBeRepeated, $"{what}: it must not be repeated.");
            Assert.True(Array.TrueForAll(own, execution => execution.IsInTransaction == command.IsInTransaction), $"{what}: a single call within a transaction, or the reverse.");
            Assert.True(command.Error is not null || (command.Reply == command.Key && own.Length > 0), $"{what}: that is not its reply.");
            Assert.True(!SaysNotExecuted(command.Error) || own.Length == 0, $"{what}: it was executed.");
            Assert.True(IsExpected(command.Error), $"{what}: no such error was called for.");
        }
    }

    // A cancellation says nothing.
    private static bool SaysNotExecuted(Exception? error) => error switch
    {
        null or OperationCanceledException or RedisOutcomeUnknownException => false,
        RedisException redis => !redis.MayHaveExecuted,
        _ => true,
    };

    private static bool IsExpected(Exception? error) => error is null or OperationCanceledException or ObjectDisposedException
        or RedisOutcomeUnknownException or RedisTimeoutException or RedisConnectionException or RedisServerException or RedisRedirectLimitException;
}
