namespace TypedRedis.Connections;

/// <content>Reading by a loop, where the transport has one.</content>
internal sealed partial class RespConnection : ISocketHandler
{
    private SocketLoop? _loop;
    private LoopThread? _loopThread;

    /// <summary>Whether a loop's thread reads, instead of the thread pool.</summary>
    public bool IsReadByLoop => _loop is not null;

    /// <summary>Has another thread read in the place of the one that is held up.</summary>
    public void ReadOn()
    {
        if (_loop is null)
        {
            Read(hasArrived: false);
        }
        else
        {
            _loop.Replace(_loopThread!);
        }
    }

    bool ISocketHandler.OnReady(LoopThread thread)
    {
        _loopThread = thread;
        int completed = 0;
        bool isOpen = TryReceive(ref completed);
        if (completed == 0)
        {
            return true;
        }

        // Nobody watches continuations of a connection that has ended.
        if (!isOpen || !_completions.IsReaderToRun)
        {
            _completions.QueueHelper();
            return true;
        }

        thread.Running = _completions;
        bool isReader = _completions.RunByReader();
        thread.Running = null;
        return isReader;
    }

    private bool TryReadByLoop() => _transport.TryJoinLoop(this, out _loop);

    private bool TryReceive(ref int completed)
    {
        try
        {
            int count = _transport.TryReceive(_received.GetRoom(_scanner.AnnouncedLength).Span);
            return count < 0 || TryHandle(count, ref completed);
        }
        catch (RedisException violation)
        {
            violation.Endpoint = Endpoint;
            End(violation);
        }
        catch (Exception cause)
        {
            End(Lost(cause));
        }

        return false;
    }
}
