namespace TypedRedis.TestSupport;

/// <summary>A list that one thread appends to, and on which others wait for something to appear.</summary>
internal sealed class Recording<T>
{
    private readonly Lock _lock = new();
    private readonly List<T> _items = [];
    private int _generation;
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
            _generation++;
        }
    }

    /// <returns>The first of all items, past or future, that fits.</returns>
    /// <exception cref="TimeoutException">None came; the message lists what did.</exception>
    public async Task<T> WaitForAsync(Func<T, bool> predicate, TimeSpan? deadline, string description)
    {
        TimeSpan limit = deadline ?? Eventually.DefaultDeadline;
        using var end = new CancellationTokenSource(limit);
        (int generation, int seen) = (0, 0);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                // Nothing is looked at twice, unless the list was cleared in between.
                int index = _items.FindIndex(generation == _generation ? seen : 0, item => predicate(item));
                if (index >= 0)
                {
                    return _items[index];
                }

                (generation, seen) = (_generation, _items.Count);
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
