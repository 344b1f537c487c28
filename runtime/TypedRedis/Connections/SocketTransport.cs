using System.Net.Sockets;

namespace TypedRedis.Connections;

/// <summary>TCP or a Unix socket, without a stream in between: sends and receives allocate nothing.</summary>
internal sealed class SocketTransport(Socket socket) : Transport
{
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

    public override void Dispose() => socket.Dispose();

    private async ValueTask FinishSendAsync(ValueTask<int> sending, ReadOnlyMemory<byte> bytes)
    {
        int sent = await sending.ConfigureAwait(false);
        while (sent < bytes.Length)
        {
            sent += await socket.SendAsync(bytes[sent..], SocketFlags.None).ConfigureAwait(false);
        }
    }
}
