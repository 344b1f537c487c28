using System.Runtime.CompilerServices;
using TypedRedis.Observation;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;

namespace TypedRedis.ManyKeys;

/// <summary>
/// Executes a split command for one window of items after the other: one command for each bucket of keys, one write for each node, all nodes at the
/// same time. While a window is executed the next one is encoded.
/// </summary>
/// <param name="client">The client.</param>
/// <param name="command">The command.</param>
/// <param name="tail">Encoded arguments that follow the items.</param>
/// <param name="deadline">How long all of it may take; if none was given, each window may take the client's <c>CommandTimeout</c>.</param>
internal sealed class SplitExecution<TItem, TResult>(ISplitClient client, SplitCommand<TItem, TResult> command, byte[] tail, Deadline deadline)
{
    private readonly PipelineContent _content = new();
    private readonly SplitFailures _failures = new(command.Info.Name);
    private readonly SplitMerge<TResult> _merge = command.BeginMerge();
    private readonly long? _end = deadline.Timeout is null ? null : client.DeadlineFor(deadline);
    private PipelineExecution? _execution;
    private ObservedCall? _observed;

    // Whether the execution has begun a window, or what is left of one, of which nobody was told yet.
    private bool _isUntold;
    private int _count;
    private int _filled;

    /// <summary>Executes it for all items.</summary>
    /// <param name="items">The items.</param>
    /// <param name="keepsOn">Whether to go on when something fails; otherwise the window with the first failure is the last one.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async ValueTask<SplitResult<TResult>> RunAsync(IEnumerable<TItem> items, bool keepsOn, CancellationToken cancellationToken)
    {
        _observed = client.Calls?.Begin(new CallStart { Kind = CallKind.ManyKeys, Command = command.Info });
        try
        {
            return await RunWindowsAsync(items, keepsOn, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _observed?.NoteError(error);
            throw;
        }
        finally
        {
            _observed?.End();
        }
    }

    /// <summary>Executes it for all items, giving what came of a window while the next one is executed.</summary>
    /// <param name="items">The items.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async IAsyncEnumerable<SplitResult<TResult>> StreamAsync(IEnumerable<TItem> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _observed = client.Calls?.Begin(new CallStart { Kind = CallKind.ManyKeys, Command = command.Info });
        IAsyncEnumerator<SplitResult<TResult>> windows = StreamWindowsAsync(items, cancellationToken).GetAsyncEnumerator(CancellationToken.None);
        try
        {
            while (await MoveAsync(windows).ConfigureAwait(false))
            {
                yield return windows.Current;
            }
        }
        finally
        {
            // The caller may have stopped early.
            await windows.DisposeAsync().ConfigureAwait(false);
            _observed?.End();
        }
    }

    private async ValueTask<bool> MoveAsync(IAsyncEnumerator<SplitResult<TResult>> windows)
    {
        try
        {
            return await windows.MoveNextAsync().ConfigureAwait(false);
        }
        catch (Exception error)
        {
            _observed?.NoteError(error);
            throw;
        }
    }

    private async ValueTask<SplitResult<TResult>> RunWindowsAsync(IEnumerable<TItem> items, bool keepsOn, CancellationToken cancellationToken)
    {
        client.ThrowIfRefused(deadline, command.Info.Name);
        using SplitWindow current = SplitWindow.Rent();
        using SplitWindow next = SplitWindow.Rent();
        using IEnumerator<TItem> source = items.GetEnumerator();
        Fill(current, source);
        (SplitWindow executed, SplitWindow filled) = (current, next);
        try
        {
            while (executed.Count > 0 && (keepsOn || _failures.IsEmpty))
            {
                await ExecuteWhileFillingAsync(executed, filled, source, cancellationToken).ConfigureAwait(false);
                (executed, filled) = (filled, executed);
            }
        }
        finally
        {
            _content.Release();
        }

        return new SplitResult<TResult>(_merge.TakeResult(), _count, _failures.Take());
    }

    private async IAsyncEnumerable<SplitResult<TResult>> StreamWindowsAsync(IEnumerable<TItem> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        client.ThrowIfRefused(deadline, command.Info.Name);
        using SplitWindow current = SplitWindow.Rent();
        using SplitWindow next = SplitWindow.Rent();
        using IEnumerator<TItem> source = items.GetEnumerator();
        Fill(current, source);
        (SplitWindow executed, SplitWindow filled) = (current, next);
        Task executing = ExecuteAsync(executed, cancellationToken);
        try
        {
            while (executed.Count > 0)
            {
                Fill(filled, source);
                await executing.ConfigureAwait(false);
                var result = new SplitResult<TResult>(_merge.TakeResult(), executed.Count, _failures.Take());
                (executed, filled) = (filled, executed);
                executing = ExecuteAsync(executed, cancellationToken);
                yield return result;
            }
        }
        finally
        {
            // The caller may have stopped early, or the items have failed: the memory is not to be given back under a window that is being executed.
            await executing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _content.Release();
        }
    }

    private async Task ExecuteWhileFillingAsync(SplitWindow executed, SplitWindow filled, IEnumerator<TItem> source, CancellationToken cancellationToken)
    {
        Task executing = ExecuteAsync(executed, cancellationToken);
        try
        {
            Fill(filled, source);
        }
        finally
        {
            await executing.ConfigureAwait(false);
        }
    }

    private void Fill(SplitWindow window, IEnumerator<TItem> source)
    {
        window.Clear();
        while (!window.IsFull && source.MoveNext())
        {
            RequestWriter request = client.BeginItem();
            try
            {
                request.BeginElements(command.Form.ItemArguments, _filled);
                command.Write(ref request, source.Current);
                command.Form.RequireItem(request, command.Info);
                window.Add(request.Frame, request.Bucket);
                _filled++;
            }
            finally
            {
                request.Release();
            }
        }
    }

    private async Task ExecuteAsync(SplitWindow window, CancellationToken cancellationToken)
    {
        if (window.Count == 0)
        {
            return;
        }

        cancellationToken.ThrowIfCancellationRequested();
        long end = _end ?? client.DeadlineFor(default);
        _failures.BeginWindow(window, _count);
        _count += window.Count;
        ReplyColumn column = _merge.BeginWindow(window, _failures);
        try
        {
            await SendAsync(window, column, firstGroup: 0, end, cancellationToken).ConfigureAwait(false);
            int whole = window.Groups.Count;
            if (NoteFailures(window, firstGroup: 0))
            {
                Tell();
                await SendAsync(window, column, whole, end, cancellationToken).ConfigureAwait(false);
                _ = NoteFailures(window, whole);
            }
        }
        finally
        {
            Tell();
        }
    }

    private void Tell()
    {
        // Not so if it could not even be begun: what the execution knows is of the one before then.
        if (_observed is not null && _isUntold)
        {
            _execution!.Tell(_observed);
            _isUntold = false;
        }
    }

    private ValueTask SendAsync(SplitWindow window, ReplyColumn column, int firstGroup, long end, CancellationToken cancellationToken)
    {
        _content.Clear();
        for (int number = firstGroup; number < window.Groups.Count; number++)
        {
            AddCommand(window, number, column);
        }

        _execution ??= new PipelineExecution(_content, client.Router, isGroupsOfKeys: true);
        _isUntold = true;
        return _execution.RunAsync(end, cancellationToken);
    }

    private void AddCommand(SplitWindow window, int number, ReplyColumn column)
    {
        SplitGroup group = window.Groups[number];
        Span<byte> head = stackalloc byte[16];
        int headLength = command.Form.WriteHead(head, group.Count);
        ReadOnlySpan<byte> words = command.Form.Words;
        Span<byte> frame = _content.Add(command.Info, group.Bucket, column, number, checked(headLength + words.Length + group.Length + tail.Length));
        head[..headLength].CopyTo(frame);
        frame = frame[headLength..];
        words.CopyTo(frame);
        frame = frame[words.Length..];
        int item = group.First;
        for (int i = 0; i < group.Count; i++)
        {
            ReadOnlySpan<byte> arguments = window.ArgumentsOf(item);
            arguments.CopyTo(frame);
            frame = frame[arguments.Length..];
            item = window.NextOf(item);
        }

        tail.CopyTo(frame);
    }

    // A bucket with very many items has several groups. What a later one of them has written must not be overwritten by what came before it in the call. Of commands that
    // only read each item has a place of its own.
    private HashSet<RedisKey>? OverwrittenBehind(SplitWindow window, int refused)
    {
        if ((command.Info.Flags & CommandFlags.Write) == 0)
        {
            return null;
        }

        HashSet<RedisKey>? keys = null;
        for (int i = refused + 1; i < _content.Count; i++)
        {
            SplitGroup group = window.Groups[i];
            if (group.Bucket != window.Groups[refused].Bucket || _content.ErrorOf(i) is not null)
            {
                continue;
            }

            keys ??= [];
            int item = group.First;
            for (int n = 0; n < group.Count; n++)
            {
                keys.Add(window.KeyOf(item));
                item = window.NextOf(item);
            }
        }

        return keys;
    }

    // Groups that a half migrated slot refused become groups of one key each; returns whether there were any.
    private bool NoteFailures(SplitWindow window, int firstGroup)
    {
        bool isSplitUp = false;
        for (int i = 0; i < _content.Count; i++)
        {
            if (_content.ErrorOf(i) is not { } error)
            {
                continue;
            }

            SplitGroup group = window.Groups[firstGroup + i];
            if (error is RedisServerException { Code: "TRYAGAIN" } && group.Count > 1)
            {
                window.SplitUp(firstGroup + i, OverwrittenBehind(window, i));
                isSplitUp = true;
            }
            else
            {
                _failures.Add(group, error);
                _observed?.NoteError(error);
            }
        }

        return isSplitUp;
    }
}
