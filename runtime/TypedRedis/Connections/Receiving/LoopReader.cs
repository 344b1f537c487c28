namespace TypedRedis.Connections;

/// <summary>Has a <see cref="SocketLoop"/> read a connection, where the transport has one: its thread reads when something has come, and runs the continuations.</summary>
internal sealed class LoopReader(RespConnection connection, Transport transport, ReplyReceiver receiver, CompletionQueue completions)
    : ConnectionReader(connection, receiver, completions), ISocketHandler
{
    private readonly RespConnection _connection = connection;
    private SocketLoop? _loop;

    long ISocketHandler.Progress => Receiver.Progress + Completions.Progress;

    /// <summary>Begins to read.</summary>
    /// <returns>False if the transport has no loop, or the loop does not take it.</returns>
    public bool TryStart() => transport.TryJoinLoop(this, out _loop);

    public override void Watch()
    {
        base.Watch();
        _loop!.Watch();
    }

    void ISocketHandler.OnReady(LoopThread thread)
    {
        Completions.BeginReading();
        int completed = 0;
        bool isOpen = TryReceive(ref completed);
        if (completed == 0)
        {
            return;
        }

        // Nobody watches continuations of a connection that has ended, and nobody reads it beside a thread that was replaced while it read.
        if (isOpen && Completions.IsReaderToRun && thread.TryBeginContinuations())
        {
            Completions.RunByLoop();
        }
        else
        {
            Completions.QueueHelper();
        }
    }

    void ISocketHandler.OnHeldUp(bool isReading) => Completions.OnLoopHeldUp(isReading);

    void ISocketHandler.OnFailed(Exception cause) => _connection.Fail(cause);

    private bool TryReceive(ref int completed)
    {
        try
        {
            int count = transport.TryReceive(Receiver.GetRoom().Span);
            return count < 0 || TryAccept(count, ref completed);
        }
        catch (Exception thrown)
        {
            End(thrown);
            return false;
        }
    }
}
