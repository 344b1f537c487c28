namespace TypedRedis.Connections;

/// <summary>
/// Who reads a connection, and where its callers go on: the thread of a <see cref="SocketLoop"/>, or threads of the pool. One thread at a time is the reader.
/// </summary>
internal abstract class ConnectionReader(RespConnection connection, ReplyReceiver receiver, CompletionQueue completions)
{
    protected ReplyReceiver Receiver => receiver;

    protected CompletionQueue Completions => completions;

    /// <summary>Begins to read, by a loop if the transport has one.</summary>
    /// <param name="connection">Ended by the reader when nothing more comes.</param>
    /// <param name="transport">Where bytes come from.</param>
    /// <param name="receiver">Where they go.</param>
    /// <param name="completions">The calls answered by them, which the reader has run.</param>
    public static ConnectionReader Start(RespConnection connection, Transport transport, ReplyReceiver receiver, CompletionQueue completions)
    {
        var loopReader = new LoopReader(connection, transport, receiver, completions);
        if (loopReader.TryStart())
        {
            return loopReader;
        }

        var poolReader = new PoolReader(connection, transport, receiver, completions);
        poolReader.Start();
        return poolReader;
    }

    /// <summary>Looks whether users' code holds up the thread that reads; if so, another one takes its place. To be called now and then.</summary>
    public virtual void Watch() => completions.Watch();

    // Gives the receiver what has come. False: it was the end.
    protected bool TryAccept(int count, ref int completed)
    {
        if (count == 0)
        {
            connection.End(connection.CloseCause ?? new RedisConnectionException("The server closed the connection.") { Endpoint = connection.Endpoint });
            return false;
        }

        receiver.Accept(count, ref completed);
        return true;
    }

    // Ends the connection by what was thrown while it was read.
    protected void End(Exception thrown)
    {
        if (thrown is RedisException violation)
        {
            violation.Endpoint = connection.Endpoint;
            connection.End(violation);
        }
        else
        {
            connection.End(connection.Lost(thrown));
        }
    }
}
