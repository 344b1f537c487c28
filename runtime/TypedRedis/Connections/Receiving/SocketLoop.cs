using System.Net.Sockets;

namespace TypedRedis.Connections;

/// <summary>Whom a <see cref="SocketLoop"/> tells that a socket can be read, or written where that was asked for.</summary>
internal interface ISocketHandler
{
    /// <summary>Grows with everything done for the socket; read by other threads, at any time.</summary>
    long Progress => 0;

    /// <summary>Deals with it, on the loop's thread. Before it does anything that another thread may read the socket beside, it calls <see cref="LoopThread.TryBeginContinuations"/>.</summary>
    /// <param name="thread">The calling thread.</param>
    void OnReady(LoopThread thread);

    /// <summary>Another thread has taken the loop over, since this handler made no progress; on that or any other thread.</summary>
    /// <param name="isReading">Whether it was still reading: the socket then is left to the thread that is held up.</param>
    void OnHeldUp(bool isReading)
    {
    }

    /// <summary>Something was thrown out of <see cref="OnReady"/>. The socket is to be given up.</summary>
    void OnFailed(Exception cause)
    {
    }
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
    private WatchedSocket[] _sockets = new WatchedSocket[16];
    private int _usedIds;
    private LoopThread? _thread;
    private LoopThread? _watched;
    private long _watchedTurn;
    private long _watchedProgress;
    private long _watchedSince;

    private SocketLoop(Epoll epoll) => _epoll = epoll;

    /// <summary>A loop of its own, for tests; null where the system has none.</summary>
    public static SocketLoop? TryCreate() => Epoll.TryCreate() is { } epoll ? new SocketLoop(epoll) : null;

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
                    Array.Resize(ref _sockets, id * 2);
                }
            }

            _sockets[id] = new WatchedSocket(socket, events);
            Volatile.Write(ref _handlers[id], handler);
            if (!_epoll.TryAdd(socket.SafeHandle, events, id))
            {
                Free(id);
                return -1;
            }

            if (_thread is null)
            {
                var thread = new LoopThread(this);
                thread.Start();
                Volatile.Write(ref _thread, thread);
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

    /// <summary>
    /// Looks whether something holds up the thread that runs the loop: a continuation, or the user's code in between, such as a converter. If so,
    /// another thread takes over. To be called some 50 times a second, by any number of threads.
    /// </summary>
    public void Watch()
    {
        LoopThread thread = Volatile.Read(ref _thread)!;
        long turn = thread.Turn;
        if (turn <= 0)
        {
            return;
        }

        bool stalled;
        lock (_gate)
        {
            long now = Environment.TickCount64;
            // Of another turn, perhaps; then it is not the one that is replaced.
            long progress = thread.Handler?.Progress ?? 0;
            if (thread != _watched || turn != _watchedTurn || progress != _watchedProgress)
            {
                _watched = thread;
                _watchedTurn = turn;
                _watchedProgress = progress;
                _watchedSince = now;
            }

            stalled = now - _watchedSince >= s_patience.TotalMilliseconds;
        }

        if (stalled)
        {
            Replace(thread, turn);
        }
    }

    /// <summary>
    /// Has a new thread go on in the place of one that is held up, and flushes what that one still held. The socket that it is reading stays
    /// with it, out of the loop, until it is done with that.
    /// </summary>
    /// <param name="heldUp">The thread.</param>
    /// <param name="turn">The turn in which it is held up; nothing happens if it has ended.</param>
    public void Replace(LoopThread heldUp, long turn)
    {
        ISocketHandler handler;
        lock (_gate)
        {
            if (_thread != heldUp)
            {
                return;
            }

            // It waits for the lock, and ends if the loop is not given to it; so nothing is lost where the system has no thread to give.
            var thread = new LoopThread(this);
            thread.Start();
            if (!heldUp.TryReplace(turn))
            {
                return;
            }

            handler = heldUp.Handler!;
            if (LoopThread.IsReadingTurn(turn) && IsRegistered(heldUp.Id, handler))
            {
                _epoll.Remove(_sockets[heldUp.Id].Socket.SafeHandle);
            }

            Volatile.Write(ref _thread, thread);
        }

        heldUp.EndHolding();
        handler.OnHeldUp(LoopThread.IsReadingTurn(turn));
    }

    /// <summary>Waits for sockets and lets their handlers deal with them, until another thread takes over.</summary>
    public void Run(LoopThread thread)
    {
        lock (_gate)
        {
            if (_thread != thread)
            {
                return;
            }
        }

        Span<int> ids = stackalloc int[64];
        while (true)
        {
            int count = _epoll.Wait(ids);
            for (int i = 0; i < count; i++)
            {
                thread.IsLastInRound = i == count - 1;
                // One that was removed meanwhile is null.
                if (Volatile.Read(ref Volatile.Read(ref _handlers)[ids[i]]) is { } handler && !TryDeal(thread, ids[i], handler))
                {
                    return;
                }
            }

            thread.EndRound();
        }
    }

    // False: another thread runs the loop by now.
    private bool TryDeal(LoopThread thread, int id, ISocketHandler handler)
    {
        thread.BeginTurn(id, handler);
        try
        {
            handler.OnReady(thread);
        }
        catch (Exception cause)
        {
            // It costs this socket; the others have nothing to do with it.
            handler.OnFailed(cause);
        }

        if (thread.TryEndTurn())
        {
            return true;
        }

        if (thread.IsReading)
        {
            TakeBack(thread);
        }

        return false;
    }

    // Has the loop wait again for the socket that was left to a thread; by that thread, which is done with it.
    private void TakeBack(LoopThread thread)
    {
        // Whoever replaced the thread holds the lock until the socket is out of the loop.
        lock (_gate)
        {
            int id = thread.Id;
            if (IsRegistered(id, thread.Handler!))
            {
                _epoll.TryAdd(_sockets[id].Socket.SafeHandle, _sockets[id].Events, id);
            }
        }
    }

    // Under the lock. The id of a socket that was removed may be another's by now.
    private bool IsRegistered(int id, ISocketHandler handler) => _handlers[id] == handler;

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
        _sockets[id] = default;
        _freeIds.Push(id);
    }

    private sealed class WritableHandler : ISocketHandler
    {
        private readonly TaskCompletionSource _writable = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Task => _writable.Task;

        // Level-triggered: may come again before the waiter has removed it.
        public void OnReady(LoopThread thread) => _ = _writable.TrySetResult();
    }

    private readonly record struct WatchedSocket(Socket Socket, uint Events);
}
