namespace TypedRedis.Connections;

/// <summary>Any stream; used for TLS.</summary>
internal sealed class StreamTransport(Stream stream) : Transport
{
    public override async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await stream.WriteAsync(bytes).ConfigureAwait(false);
        await stream.FlushAsync().ConfigureAwait(false);
    }

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => stream.ReadAsync(buffer);

    public override void Dispose() => stream.Dispose();
}
