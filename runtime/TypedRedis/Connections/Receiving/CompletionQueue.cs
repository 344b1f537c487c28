using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace TypedRedis.Connections;

/// <summary>
/// Answered requests on their way to their awaiters. Their continuations run on the thread that read the replies: nothing is handed
/// over, and what they send next goes out in one piece. This is fast as long as continuations are short, so it is watched whether
/// they are (see <see cref="ContinuationPace"/>). Where they are not, the reader hands its role on before they run, and pool threads
/// share them.
/// </summary>
/// <param name="endpoint">The connection's.</param>
/// <param name="logger">Told of what a continuation threw.</param>
internal sealed class CompletionQueue(RedisEndpoint endpoint, ILogger logger) : IThreadPoolWorkItem
{
    // A batch's continuation has as many replies to deal with as the batch has commands, so it may take longer; up to some 0.4 ms.
    private const int MostCounted = 32;

    // Whether this thread runs a continuation of that queue and has not flushed in it yet.
    [ThreadStatic]
    private static CompletionQueue? t_running;

    private readonly ConcurrentQueue<PendingRequest> _ready = new();
    private readonly ContinuationPace _pace = new();
    private readonly ReaderRole _role = new();
    private int _helperQueued;
    private volatile bool _isReaderHeldUp;
    private long _progress;

    /// <summary>Asked to flush when a batch has run; set once, before there is anything to run.</summary>
    public CommandSender Sender { private get; set; } = null!;

    /// <summary>Who is asked to read on when it is held up; null if a loop sees to that.</summary>
    public PoolReader? Reader { private get; set; }

    /// <summary>Whether the reader runs the continuations before it reads on.</summary>
    public bool IsReaderToRun => _pace.IsQuick;

    /// <summary>Grows with every continuation begun or ended.</summary>
    public long Progress => Volatile.Read(ref _progress);

    /// <summary>Whether somebody is about to flush, so that a command can wait for others to go with it.</summary>
    public bool IsFlushDue => _pace.IsQuick ? !_ready.IsEmpty : Volatile.Read(ref _helperQueued) != 0;

    /// <summary>Adds a request whose result is set; by the reader.</summary>
    public void Add(PendingRequest request)
    {
        _ready.Enqueue(request);
        if (_isReaderHeldUp)
        {
            // It may be so again by the next reply.
            QueueHelper();
        }
    }

    /// <summary>Begins to add what a loop's thread reads.</summary>
    public void BeginReading()
    {
        if (_isReaderHeldUp)
        {
            _isReaderHeldUp = false;
        }
    }

    /// <summary>Has a pool thread run what is ready, besides whoever else does.</summary>
    public void QueueHelper()
    {
        if (Interlocked.Exchange(ref _helperQueued, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Runs what is ready, by the reader, a thread of the pool, which nobody replaces meanwhile unless a continuation holds it up.</summary>
    /// <returns>Whether the caller still is the reader.</returns>
    public bool RunByReader()
    {
        _progress++;
        long turn = _role.Begin();
        Drain();
        return _role.TryEnd(turn);
    }

    /// <summary>Runs what is ready, by a loop's thread; the loop sees to it that another one goes on if a continuation holds it up.</summary>
    public void RunByLoop()
    {
        _progress++;
        Drain();
    }

    /// <summary>Runs what is ready, by a thread that was the reader and has handed that on.</summary>
    /// <param name="added">Requests added since the last time.</param>
    public void RunBesideReader(int added)
    {
        if (added > 1)
        {
            QueueHelper();
        }

        Drain();
    }

    /// <summary>
    /// Whether the caller is in a continuation that this queue runs, the last one for now, and has not flushed in it yet: it may then do
    /// so itself.
    /// </summary>
    public bool TryFlushHere()
    {
        if (t_running != this || LoopThread.Current is { IsLastInRound: false })
        {
            return false;
        }

        t_running = null;
        return true;
    }

    /// <summary>Looks whether a continuation holds up the reader, a thread of the pool; if so, another one becomes the reader. To be called now and then.</summary>
    public void Watch()
    {
        if (_pace.HasStalled(_role.IsTaken, Progress))
        {
            QueueHelper();
        }
    }

    /// <summary>Has pool threads run the rest, since the loop's thread is held up here and another one reads on.</summary>
    /// <param name="isReading">Whether it is not a continuation that holds it up.</param>
    public void OnLoopHeldUp(bool isReading)
    {
        if (isReading)
        {
            _isReaderHeldUp = true;
        }
        else
        {
            _pace.NoteStall();
        }

        QueueHelper();
    }

    void IThreadPoolWorkItem.Execute()
    {
        // Before the queue is looked at: who adds later queues a helper again.
        Interlocked.Exchange(ref _helperQueued, 0);
        bool isReaderHeldUp = _role.TryTake();
        if (isReaderHeldUp || _ready.Count > 1)
        {
            // Whatever comes now may block too.
            QueueHelper();
        }
        else
        {
            Sender.FlushHeld();
        }

        if (isReaderHeldUp)
        {
            Reader!.ReadOn();
        }

        Drain();
    }

    private void Drain()
    {
        // Looked up once: the place of a thread static does not change while its thread runs.
        ref CompletionQueue? running = ref t_running;
        int count = 0;
        long start = Stopwatch.GetTimestamp();
        while (_ready.TryDequeue(out PendingRequest? request))
        {
            running = this;
            count += Math.Min(request.CommandCount, MostCounted);
            if (request.RunContinuation() is { } thrown)
            {
                ConnectionLog.ContinuationThrew(logger, endpoint, thrown);
            }

            _progress++;
            if (count >= ContinuationPace.SampleLength)
            {
                long now = Stopwatch.GetTimestamp();
                if (_pace.NoteSample((now - start) * ContinuationPace.SampleLength / count))
                {
                    // The rest may take as long: what was sent so far must not wait for it, and other threads may help.
                    Sender.FlushHeld();
                    LoopThread.Current?.FlushHeld();
                    QueueHelper();
                    now = Stopwatch.GetTimestamp();
                }

                start = now;
                count = 0;
            }
        }

        running = null;
        if (count > 0)
        {
            _ = _pace.NoteSample(Stopwatch.GetTimestamp() - start);
        }

        Sender.FlushAppended();
    }
}
