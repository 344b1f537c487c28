using System.Net.Sockets;

namespace TypedRedis.Connections;

/// <summary>Any stream; used for TLS.</summary>
/// <param name="stream">The stream.</param>
/// <param name="socket">The socket below it.</param>
internal sealed class StreamTransport(Stream stream, Socket socket) : Transport
{
    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await stream.WriteAsync(bytes).ConfigureAwait(false);
        await stream.FlushAsync().ConfigureAwait(false);
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => stream.ReadAsync(buffer);

    public override void Abort(bool drop)
    {
        if (drop)
        {
            SocketTransport.SetToDrop(socket);
        }

        Dispose();
    }

    public override void Dispose() => stream.Dispose();
}
