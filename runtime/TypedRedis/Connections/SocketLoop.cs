using System.Net.Sockets;

namespace TypedRedis.Connections;

/// <summary>Whom a <see cref="SocketLoop"/> tells that a socket can be read, or written where that was asked for.</summary>
internal interface ISocketHandler
{
    /// <summary>Deals with it, on the loop's thread.</summary>
    /// <param name="thread">The calling thread.</param>
    /// <returns>False if another thread took the loop over meanwhile, so the caller must not go on with it.</returns>
    bool OnReady(LoopThread thread);
}

/// <summary>
/// Waits for the sockets of many connections on one thread, which reads what arrives and runs the continuations of the answered
/// calls. One wait, and so one thread to wake, brings the replies of all nodes; what their callers send next goes out at the end of
/// the round, one send for each node. The process has one loop for every four processors, eight at most, for all its clients.
/// Linux only; elsewhere, and for TLS, connections read by the thread pool.
/// </summary>
internal sealed class SocketLoop
{
    /// <summary>The switch of <see cref="AppContext"/> that turns loops off if it is false.</summary>
    public const string SwitchName = "TypedRedis.UseSocketLoop";

    private const int ProcessorsPerLoop = 4;
    private const int MostLoops = 8;

    // As long as a blocked continuation can hold up others before another thread takes over, and half of what it may take.
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(20);
    private static readonly SocketLoop[] s_loops = CreateAll();

    private static uint s_next;

    private readonly Epoll _epoll;
    private readonly Lock _gate = new();
    private readonly Stack<int> _freeIds = new();
    private ISocketHandler?[] _handlers = new ISocketHandler?[16];
    private int _usedIds;
    private LoopThread? _thread;
    private CompletionQueue? _watched;
    private long _watchedProgress;
    private long _watchedSince;

    private SocketLoop(Epoll epoll) => _epoll = epoll;

    /// <summary>The loop whose turn it is to get a further connection; null if there is none.</summary>
    public static SocketLoop? Next => s_loops.Length == 0 ? null : s_loops[Interlocked.Increment(ref s_next) % s_loops.Length];

    /// <summary>Begins to watch a socket.</summary>
    /// <returns>What <see cref="Remove"/> wants; negative if the system refuses.</returns>
    public int TryAdd(Socket socket, uint events, ISocketHandler handler)
    {
        lock (_gate)
        {
            if (!_freeIds.TryPop(out int id))
            {
                id = _usedIds++;
                if (id == _handlers.Length)
                {
                    var larger = new ISocketHandler?[id * 2];
                    _handlers.CopyTo(larger, 0);
                    Volatile.Write(ref _handlers, larger);
                }
            }

            Volatile.Write(ref _handlers[id], handler);
            if (!_epoll.TryAdd(socket.SafeHandle, events, id))
            {
                Free(id);
                return -1;
            }

            if (_thread is null)
            {
                _thread = new LoopThread(this);
                _thread.Start();
            }

            return id;
        }
    }

    /// <summary>Ends watching; to be called before the socket is closed.</summary>
    public void Remove(Socket socket, int id)
    {
        lock (_gate)
        {
            _epoll.Remove(socket.SafeHandle);
            Free(id);
        }
    }

    /// <summary>
    /// Completes when a socket can be written, as it can once it is connected. It may complete too early: an event of a socket that
    /// was removed in the same round is taken for one of this. So look at the socket, and wait again.
    /// </summary>
    public async Task WaitUntilWritableAsync(Socket socket, CancellationToken cancellationToken)
    {
        var writable = new WritableHandler();
        int id = TryAdd(socket, Epoll.Writable, writable);
        if (id < 0)
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }

        try
        {
            await writable.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Remove(socket, id);
        }
    }

    /// <summary>Looks whether a continuation holds up the loop; if so, another thread takes over. To be called some 50 times a second, by any number of threads.</summary>
    public void Watch()
    {
        LoopThread thread = Volatile.Read(ref _thread)!;
        if (thread.Running is not { } running)
        {
            return;
        }

        bool stalled;
        lock (_gate)
        {
            long now = Environment.TickCount64;
            long progress = running.Progress;
            if (running != _watched || progress != _watchedProgress)
            {
                _watched = running;
                _watchedProgress = progress;
                _watchedSince = now;
            }

            stalled = now - _watchedSince >= s_patience.TotalMilliseconds;
        }

        if (stalled)
        {
            running.TakeOver();
        }
    }

    /// <summary>Has a new thread go on in the place of one that is held up, and flushes what that one still held.</summary>
    public void Replace(LoopThread heldUp)
    {
        var thread = new LoopThread(this);
        Volatile.Write(ref _thread, thread);
        thread.Start();
        heldUp.EndHolding();
    }

    /// <summary>Waits for sockets and lets their handlers deal with them, until another thread takes over.</summary>
    public void Run(LoopThread thread)
    {
        Span<int> ids = stackalloc int[64];
        while (true)
        {
            int count = _epoll.Wait(ids);
            for (int i = 0; i < count; i++)
            {
                thread.IsLastInRound = i == count - 1;
                // One that was removed meanwhile is null.
                if (Volatile.Read(ref Volatile.Read(ref _handlers)[ids[i]]) is { } handler && !handler.OnReady(thread))
                {
                    return;
                }
            }

            thread.EndRound();
        }
    }

    private static SocketLoop[] CreateAll()
    {
        if (!OperatingSystem.IsLinux() || (AppContext.TryGetSwitch(SwitchName, out bool isOn) && !isOn))
        {
            return [];
        }

        var loops = new List<SocketLoop>();
        for (int i = 0; i < Math.Clamp(Environment.ProcessorCount / ProcessorsPerLoop, 1, MostLoops); i++)
        {
            if (Epoll.TryCreate() is { } epoll)
            {
                loops.Add(new SocketLoop(epoll));
            }
        }

        return [.. loops];
    }

    private void Free(int id)
    {
        Volatile.Write(ref _handlers[id], null);
        _freeIds.Push(id);
    }

    private sealed class WritableHandler : ISocketHandler
    {
        private readonly TaskCompletionSource _writable = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _writable.Task;

        public bool OnReady(LoopThread thread)
        {
            // Level-triggered: may come again before the waiter has removed it.
            _ = _writable.TrySetResult();
            return true;
        }
    }
}
