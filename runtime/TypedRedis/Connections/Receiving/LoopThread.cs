namespace TypedRedis.Connections;

/// <summary>
/// A thread that runs a <see cref="SocketLoop"/>, for as long as nothing holds it up; another one then takes its place. Its turns, one for each
/// socket it deals with, are numbered, so that whoever replaces it and itself agree on which turn was its last one.
/// </summary>
/// <param name="loop">What it runs.</param>
internal sealed class LoopThread(SocketLoop loop)
{
    // States besides the number of the turn under way.
    private const long BetweenTurns = 0;
    private const long Replaced = -1;

    [ThreadStatic]
    private static LoopThread? t_current;

    private readonly Lock _gate = new();
    private List<CommandSender> _held = [];
    private List<CommandSender> _flushing = [];
    private bool _isReplaced;
    private long _state;

    // Odd while it reads, even while it runs continuations. Its own.
    private long _turn = 1;

    /// <summary>The one that is the calling thread, if it is one.</summary>
    public static LoopThread? Current => t_current;

    /// <summary>Whether the socket dealt with is the last one that this wait has brought.</summary>
    public bool IsLastInRound { get; set; }

    /// <summary>Who deals with the socket whose turn it is; to be read during a turn.</summary>
    public ISocketHandler? Handler { get; private set; }

    /// <summary>What the loop knows that socket by.</summary>
    public int Id { get; private set; }

    /// <summary>The number of the turn under way; not above 0 if there is none.</summary>
    public long Turn => Volatile.Read(ref _state);

    /// <summary>Whether it has read, or still reads, the socket of its last turn, and has not begun to run continuations.</summary>
    public bool IsReading => IsReadingTurn(_turn);

    /// <summary>Whether in a turn of that number the socket is being read, so that nobody else may.</summary>
    public static bool IsReadingTurn(long turn) => (turn & 1) == 1;

    /// <summary>Starts it. It does nothing before whoever starts it has given it the loop.</summary>
    public void Start()
    {
        var thread = new Thread(Run) { IsBackground = true, Name = "TypedRedis sockets" };
        thread.UnsafeStart();
    }

    /// <summary>Begins a turn; by the thread itself.</summary>
    public void BeginTurn(int id, ISocketHandler handler)
    {
        Id = id;
        Handler = handler;
        _turn += IsReading ? 2 : 1;
        Volatile.Write(ref _state, _turn);
    }

    /// <summary>Goes on from reading to running continuations; by the thread itself.</summary>
    /// <returns>False if it was replaced meanwhile.</returns>
    public bool TryBeginContinuations()
    {
        if (Interlocked.CompareExchange(ref _state, _turn + 1, _turn) != _turn)
        {
            return false;
        }

        _turn++;
        return true;
    }

    /// <summary>Ends a turn; by the thread itself.</summary>
    /// <returns>False if it was replaced meanwhile: then it runs the loop no more.</returns>
    public bool TryEndTurn() => Interlocked.CompareExchange(ref _state, BetweenTurns, _turn) == _turn;

    /// <summary>Takes the loop away from the thread, if it still is in that turn.</summary>
    public bool TryReplace(long turn) => turn > BetweenTurns && Interlocked.CompareExchange(ref _state, Replaced, turn) == turn;

    /// <summary>Notes that a connection is to flush at the end of the round.</summary>
    /// <returns>False if this thread runs the loop no more, so there is no such end.</returns>
    public bool TryHold(CommandSender sender)
    {
        lock (_gate)
        {
            if (_isReplaced)
            {
                return false;
            }

            _held.Add(sender);
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

        foreach (CommandSender sender in _flushing)
        {
            sender.FlushHeld();
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
        List<CommandSender> held;
        lock (_gate)
        {
            _isReplaced = true;
            held = _held;
            _held = [];
        }

        foreach (CommandSender sender in held)
        {
            sender.FlushHeld();
        }
    }

    private void Run()
    {
        t_current = this;
        loop.Run(this);
    }
}
