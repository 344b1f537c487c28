using ReceiveAwaiter = System.Runtime.CompilerServices.ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter;

namespace TypedRedis.Connections;

/// <summary>Reads a connection by asynchronous calls on the thread pool: with TLS, and where the system has no loop.</summary>
internal sealed class PoolReader : ConnectionReader, IThreadPoolWorkItem
{
    // Batches read on end; then other work of the pool has its turn.
    private const int MaxReads = 16;

    private readonly Transport _transport;
    private readonly Action _onReceived;
    private ReceiveAwaiter _receiving;

    public PoolReader(RespConnection connection, Transport transport, ReplyReceiver receiver, CompletionQueue completions)
        : base(connection, receiver, completions)
    {
        _transport = transport;
        _onReceived = () => Read(hasArrived: true);
    }

    /// <summary>Begins to read.</summary>
    public void Start()
    {
        Completions.Reader = this;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>Has the calling thread read in the place of the one that is held up.</summary>
    public void ReadOn() => Read(hasArrived: false);

    void IThreadPoolWorkItem.Execute() => ReadOn();

    // Reads, and runs the continuations of what was read, until there is nothing more at the moment.
    private void Read(bool hasArrived)
    {
        for (int reads = 0; ; reads++)
        {
            int completed = 0;
            if (!TryReadBatch(hasArrived, ref completed))
            {
                if (completed > 0)
                {
                    Completions.RunBesideReader(completed);
                }

                return;
            }

            hasArrived = false;
            if (!Completions.RunByReader())
            {
                return;
            }

            if (reads == MaxReads)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }
        }
    }

    // True: calls were completed, and this thread is to run their continuations and then read on. False: reading is over for this
    // thread, since another one may already go on with it, or it has ended.
    private bool TryReadBatch(bool hasArrived, ref int completed)
    {
        try
        {
            while (hasArrived || !TryAwaitBytes(completed))
            {
                hasArrived = false;
                if (!TryAccept(_receiving.GetResult(), ref completed))
                {
                    return false;
                }

                if (completed > 0 && Completions.IsReaderToRun)
                {
                    return true;
                }
            }
        }
        catch (Exception thrown)
        {
            End(thrown);
        }

        return false;
    }

    // True: bytes will come, and another thread may be reading them already.
    private bool TryAwaitBytes(int completed)
    {
        ReceiveAwaiter receiving = AwaiterOf(_transport.ReceiveAsync(Receiver.GetRoom()));
        _receiving = receiving;
        if (!receiving.IsCompleted)
        {
            receiving.UnsafeOnCompleted(_onReceived);
            return true;
        }

        if (completed > 0)
        {
            // There is more to read; others go on with what was found.
            Completions.QueueHelper();
        }

        return false;
    }

    private static ReceiveAwaiter AwaiterOf(ValueTask<int> receiving) => receiving.ConfigureAwait(false).GetAwaiter();
}
