using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;

namespace TypedRedis.Connections;

/// <summary>TCP or a Unix socket, without a stream in between: sends and receives allocate nothing.</summary>
/// <param name="socket">Connected; not blocking if there is a loop.</param>
/// <param name="loop">The loop that is to read; null if the thread pool is.</param>
internal sealed class SocketTransport(Socket socket, SocketLoop? loop) : Transport
{
    // The loop may find the socket closed, and dispose it, before joining has ended.
    private readonly Lock _joining = new();
    private int _loopId = -1;

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        ValueTask<int> sending = socket.SendAsync(bytes, SocketFlags.None);
        if (!sending.IsCompletedSuccessfully)
        {
            return FinishSendAsync(sending, bytes);
        }

        int sent = sending.GetAwaiter().GetResult();
        return sent == bytes.Length ? ValueTask.CompletedTask : FinishSendAsync(ValueTask.FromResult(sent), bytes);
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => socket.ReceiveAsync(buffer, SocketFlags.None);

    public override bool TryJoinLoop(ISocketHandler handler, [NotNullWhen(true)] out SocketLoop? joined)
    {
        joined = loop;
        if (joined is null)
        {
            return false;
        }

        lock (_joining)
        {
            _loopId = joined.TryAdd(socket, Epoll.Readable, handler);
            if (_loopId < 0)
            {
                joined = null;
            }
        }

        return joined is not null;
    }

    public override int TryReceive(Span<byte> buffer)
    {
        int count = socket.Receive(buffer, SocketFlags.None, out SocketError error);
        return error switch
        {
            SocketError.Success => count,
            SocketError.WouldBlock or SocketError.Interrupted => -1,
            _ => throw new SocketException((int)error),
        };
    }

    public override void Abort(bool drop)
    {
        if (drop)
        {
            SetToDrop(socket);
        }

        if (_loopId < 0)
        {
            Dispose();
            return;
        }

        // The loop is told of it, and its thread then disposes: a socket that is closed here would just leave the loop.
        try
        {
            socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception alreadyOver) when (alreadyOver is SocketException or ObjectDisposedException)
        {
            // Which the loop is told of, too.
        }
    }

    public override void Dispose()
    {
        lock (_joining)
        {
            if (_loopId >= 0)
            {
                loop!.Remove(socket, _loopId);
                _loopId = -1;
            }

            socket.Dispose();
        }
    }

    /// <summary>Has the socket drop what it has not delivered when it is closed.</summary>
    public static void SetToDrop(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (Exception alreadyOver) when (alreadyOver is SocketException or ObjectDisposedException)
        {
            // It delivers nothing any more.
        }
    }

    private async ValueTask FinishSendAsync(ValueTask<int> sending, ReadOnlyMemory<byte> bytes)
    {
        int sent = await sending.ConfigureAwait(false);
        while (sent < bytes.Length)
        {
            sent += await socket.SendAsync(bytes[sent..], SocketFlags.None).ConfigureAwait(false);
        }
    }
}
