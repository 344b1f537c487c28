namespace TypedRedis.ManyKeys;

/// <summary>Collects what failed; several threads may add.</summary>
/// <param name="command">Name of the command.</param>
internal sealed class SplitFailures(string command)
{
    private readonly Lock _gate = new();
    private readonly List<SplitFailure> _all = [];
    private SplitWindow? _window;
    private int _start;

    /// <summary>Whether nothing failed so far.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_gate)
            {
                return _all.Count == 0;
            }
        }
    }

    /// <summary>Says to which window items belong from here on, and which place its first one has in the call.</summary>
    public void BeginWindow(SplitWindow window, int start)
    {
        _window = window;
        _start = start;
    }

    /// <summary>Adds one item.</summary>
    public void Add(int item, RedisException error)
    {
        error.Command ??= command;
        lock (_gate)
        {
            _all.Add(new SplitFailure(_start + item, _window!.KeyOf(item), error));
        }
    }

    /// <summary>Adds all items of a group.</summary>
    public void Add(SplitGroup group, RedisException error)
    {
        int item = group.First;
        for (int i = 0; i < group.Count; i++)
        {
            Add(item, error);
            item = _window!.NextOf(item);
        }
    }

    /// <summary>Hands out what failed so far, in the order of the items.</summary>
    public IReadOnlyList<SplitFailure> Take()
    {
        lock (_gate)
        {
            SplitFailure[] taken = [.. _all.OrderBy(failure => failure.Index)];
            _all.Clear();
            return taken;
        }
    }
}
