using System.Runtime.CompilerServices;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Execution;

/// <summary>
/// Makes calls of all retry classes by chance, a few at a time: single ones and transactions, some with deadlines, some that are cancelled.
/// </summary>
internal sealed class RandomCaller(RedisClient client, TimeProvider time, int seed, char name)
{
    private static readonly CommandInfo[] s_kinds = [NodeClient.Get, NodeClient.Set, NodeClient.Incr];

    private readonly Random _random = new(seed);
    private readonly List<TestCommand> _commands = [];

    /// <summary>All commands so far; to be read when nobody makes calls.</summary>
    public IReadOnlyList<TestCommand> Commands => _commands;

    /// <summary>Commands that have not ended.</summary>
    public IEnumerable<TestCommand> Unended
    {
        get
        {
            lock (_commands)
            {
                return [.. _commands.Where(command => command.Completions == 0)];
            }
        }
    }

    /// <summary>Makes all calls.</summary>
    public async Task RunAsync()
    {
        for (int burst = 0; burst < 4; burst++)
        {
            await Task.WhenAll([.. Enumerable.Range(0, _random.Next(1, 5)).Select(_ => CallAsync())]);
        }
    }

    private Task CallAsync()
    {
        Deadline deadline = _random.Next(5) < 2 ? Deadline.After(TimeSpan.FromMilliseconds(_random.Next(5, 1_500))) : Deadline.None;
        CancellationToken token = _random.Next(4) == 0
            ? new CancellationTokenSource(TimeSpan.FromMilliseconds(_random.Next(1, 500)), time).Token
            : CancellationToken.None;
        return _random.Next(4) == 0 ? RunTransactionAsync(deadline, token) : SendAsync(deadline, token);
    }

    private TestCommand NewCommand(string keyFormat, bool isInTransaction)
    {
        var command = new TestCommand(s_kinds[_random.Next(s_kinds.Length)], $"{keyFormat}{name}{_commands.Count}", isInTransaction);
        lock (_commands)
        {
            _commands.Add(command);
        }

        return command;
    }

    private Task SendAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        TestCommand command = NewCommand("", isInTransaction: false);
        RequestWriter request = client.BeginRequest(2, default);
        request.WriteArgument(command.Info.Name);
        request.WriteKey(command.Key);
        return AwaitAsync(client.SendAsync(ref request, command.Info, Reply.String, deadline, cancellationToken), command);
    }

    // By hand: what is told twice is counted twice.
    private static Task AwaitAsync(ValueTask<string> call, TestCommand command)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ValueTaskAwaiter<string> awaiter = call.GetAwaiter();
        if (awaiter.IsCompleted)
        {
            End();
        }
        else
        {
            awaiter.UnsafeOnCompleted(End);
        }

        return ended.Task;

        void End()
        {
            try
            {
                command.End(awaiter.GetResult(), error: null);
            }
            catch (Exception error)
            {
                command.End(reply: null, error);
            }

            ended.TrySetResult();
        }
    }

    private async Task RunTransactionAsync(Deadline deadline, CancellationToken cancellationToken)
    {
        string slot = $"{{{name}{_commands.Count}}}";
        TestCommand[] commands = [.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => NewCommand(slot, isInTransaction: true))];
        bool mayBeRepeated = Array.TrueForAll(commands, command => command.MayBeRepeated);
        Array.ForEach(commands, command => command.MayBeRepeated = mayBeRepeated);
        using var transaction = new TestTransaction(client);
        try
        {
            Deferred<string>[] replies = [.. commands.Select(transaction.Add)];
            PipelineReplies results = await transaction.ExecuteTransactionAsync(throwOnError: false, deadline, cancellationToken);
            foreach ((TestCommand command, Deferred<string> reply) in commands.Zip(replies))
            {
                command.End(results.TryGet(reply, out string? text, out RedisException? error) ? text : null, error);
            }
        }
        catch (Exception error)
        {
            foreach (TestCommand command in commands)
            {
                command.End(reply: null, error);
            }
        }
    }

    private sealed class TestTransaction(RedisClient client) : RedisPipeline(client)
    {
        public Deferred<string> Add(TestCommand command)
        {
            RequestWriter request = BeginRequest(2, default);
            request.WriteArgument(command.Info.Name);
            request.WriteKey(command.Key);
            return Add(ref request, command.Info, Reply.String);
        }
    }
}
