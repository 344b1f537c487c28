
namespace TypedRedis.Connections;

/// <summary>A thread that runs a <see cref="SocketLoop"/>, for as long as no continuation holds it up; another one then takes its place.</summary>
/// <param name="loop">What it runs.</param>
internal sealed class LoopThread(SocketLoop loop)
{
    [ThreadStatic]
    private static LoopThread? t_current;

    private readonly Lock _gate = new();
    private List<RespConnection> _held = [];
    private List<RespConnection> _flushing = [];
    private bool _isReplaced;
    private CompletionQueue? _running;

    /// <summary>The one that is the calling thread, if it is one.</summary>
    public static LoopThread? Current => t_current;

    /// <summary>Whether the socket dealt with is the last one that this wait has brought.</summary>
    public bool IsLastInRound { get; set; }

    /// <summary>Whose continuations it is running; null while it runs none.</summary>
    public CompletionQueue? Running
    {
        get => Volatile.Read(ref _running);
        set => Volatile.Write(ref _running, value);
    }

    public void Start()
    {
        var thread = new Thread(Run) { IsBackground = true, Name = "TypedRedis sockets" };
        thread.UnsafeStart();
    }

    /// <summary>Notes that a connection is to flush at the end of the round.</summary>
    /// <returns>False if this thread runs the loop no more, so there is no such end.</returns>
    public bool TryHold(RespConnection connection)
    {
        lock (_gate)
        {
            if (_isReplaced)
            {
                return false;
            }

            _held.Add(connection);
            return true;
        }
    }

    /// <summary>Flushes the connections that wait for the end of the round.</summary>
    public void FlushHeld()
    {
        lock (_gate)
        {
            if (_held.Count == 0)
            {
                return;
            }

            // Taken first: whatever is sent from now on is noted again.
            (_held, _flushing) = (_flushing, _held);
        }

        foreach (RespConnection connection in _flushing)
        {
            connection.FlushHeld();
        }

        _flushing.Clear();
    }

    /// <summary>Ends a round.</summary>
    public void EndRound()
    {
        FlushHeld();
        // What a continuation did to its thread must not reach others.
        if (SynchronizationContext.Current is not null)
        {
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    /// <summary>Lets go of what is held, by the thread that takes over.</summary>
    public void EndHolding()
    {
        List<RespConnection> held;
        lock (_gate)
        {
            _isReplaced = true;
            held = _held;
            _held = [];
        }

        foreach (RespConnection connection in held)
        {
            connection.FlushHeld();
        }
    }

    private void Run()
    {
        t_current = this;
        loop.Run(this);
    }
}
