namespace TypedRedis.Connections;

/// <content>Reading by a loop, where the transport has one.</content>
internal sealed partial class RespConnection : ISocketHandler
{
    private SocketLoop? _loop;

    // Each reply moves the first two, so a long batch of quick ones is no stall.
    long ISocketHandler.Progress => _inFlight.Removed + _received.Consumed + _completions.Progress;

    void ISocketHandler.OnReady(LoopThread thread)
    {
        _completions.BeginReading();
        int completed = 0;
        bool isOpen = TryReceive(ref completed);
        if (completed == 0)
        {
            return;
        }

        // Nobody watches continuations of a connection that has ended, and nobody reads it beside a thread that was replaced while it read.
        if (isOpen && _completions.IsReaderToRun && thread.TryBeginContinuations())
        {
            _completions.RunByLoop();
        }
        else
        {
            _completions.QueueHelper();
        }
    }

    void ISocketHandler.OnHeldUp(bool isReading) => _completions.OnLoopHeldUp(isReading);

    void ISocketHandler.OnFailed(Exception cause) => Close(Lost(cause));

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
