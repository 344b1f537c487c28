namespace TypedRedis.TestSupport;

/// <summary>A list that one thread appends to, and on which others wait for something to appear.</summary>
internal sealed class Recording<T>
{
    private readonly Lock _lock = new();
    private readonly List<T> _items = [];
    private TaskCompletionSource _changed = NewSignal();

    public IReadOnlyList<T> Items
    {
        get
        {
            lock (_lock)
            {
                return [.. _items];
            }
        }
    }

    public void Add(T item)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            _items.Add(item);
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
    }

    public void Clear()
    {
        lock (_lock)
        {
            _items.Clear();
        }
    }

    /// <returns>The first of all items, past or future, that fits.</returns>
    /// <exception cref="TimeoutException">None came; the message lists what did.</exception>
    public async Task<T> WaitForAsync(Func<T, bool> predicate, TimeSpan? deadline, string description)
    {
        TimeSpan limit = deadline ?? Eventually.DefaultDeadline;
        using var end = new CancellationTokenSource(limit);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                int index = _items.FindIndex(item => predicate(item));
                if (index >= 0)
                {
                    return _items[index];
                }

                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(end.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Waited {limit.TotalSeconds:0.#} s for {description}. Recorded: {string.Join("; ", Items)}");
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
