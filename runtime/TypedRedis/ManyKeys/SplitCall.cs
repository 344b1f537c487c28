using System.ComponentModel;
using System.Runtime.CompilerServices;

namespace TypedRedis.ManyKeys;

/// <summary>A split command that is ready to be sent, by one of its methods and once. For generated code.</summary>
/// <typeparam name="TItem">A key, or a key with what belongs to it.</typeparam>
/// <typeparam name="TResult">The merged reply.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct SplitCall<TItem, TResult>
{
    private readonly ISplitClient _client;
    private readonly SplitCommand<TItem, TResult> _command;
    private readonly byte[] _tail;
    private readonly IEnumerable<TItem> _items;
    private readonly Deadline _deadline;

    internal SplitCall(ISplitClient client, SplitCommand<TItem, TResult> command, byte[] tail, IEnumerable<TItem> items, Deadline deadline)
    {
        _client = client;
        _command = command;
        _tail = tail;
        _items = items;
        _deadline = deadline;
    }

    /// <summary>Executes it for the merged reply.</summary>
    /// <param name="cancellationToken">Ends the call; commands may still be executed.</param>
    /// <exception cref="RedisSplitException">It failed for some of the keys.</exception>
    public async ValueTask<TResult> MergedAsync(CancellationToken cancellationToken)
    {
        SplitResult<TResult> result = await NewExecution().RunAsync(_items, keepsOn: false, cancellationToken).ConfigureAwait(false);
        RequireComplete(result);
        return result.Value;
    }

    /// <summary>Executes it for its effect.</summary>
    /// <param name="cancellationToken">Ends the call; commands may still be executed.</param>
    /// <exception cref="RedisSplitException">It failed for some of the keys.</exception>
    public async ValueTask DoneAsync(CancellationToken cancellationToken) => _ = await MergedAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Executes it for what succeeded and what failed.</summary>
    /// <param name="cancellationToken">Ends the call; commands may still be executed.</param>
    public ValueTask<SplitResult<TResult>> ResultAsync(CancellationToken cancellationToken) =>
        NewExecution().RunAsync(_items, keepsOn: true, cancellationToken);

    /// <summary>Executes it bit by bit.</summary>
    internal IAsyncEnumerable<SplitResult<TResult>> PartsAsync(CancellationToken cancellationToken) => NewExecution().StreamAsync(_items, cancellationToken);

    /// <summary>Throws what failed.</summary>
    internal void RequireComplete(SplitResult<TResult> result)
    {
        if (!result.IsComplete)
        {
            throw new RedisSplitException(_command.Info.Name, result.Count, result.Failures);
        }
    }

    private SplitExecution<TItem, TResult> NewExecution() => new(_client, _command, _tail, _deadline);
}

/// <summary>Streams of split commands. For generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class SplitCall
{
    /// <summary>Executes a command that replies one element for each key, and gives the elements in the order of the keys.</summary>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="RedisSplitException">The command failed for the key whose element would be next.</exception>
    public static async IAsyncEnumerable<T> ElementsAsync<TItem, T>(SplitCall<TItem, T[]> call, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        int start = 0;
        await foreach (SplitResult<T[]> part in call.PartsAsync(cancellationToken).ConfigureAwait(false))
        {
            int succeeded = part.IsComplete ? part.Count : part.Failures[0].Index - start;
            for (int i = 0; i < succeeded; i++)
            {
                yield return part.Value[i];
            }

            call.RequireComplete(part);
            start += part.Count;
        }
    }
}
