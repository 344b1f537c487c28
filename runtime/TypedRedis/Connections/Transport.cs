namespace TypedRedis.Connections;

/// <summary>A byte stream to one server. One send and one receive may be under way at a time.</summary>
internal abstract class Transport : IDisposable
{
    /// <summary>Sends all of the bytes.</summary>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Receives what is there, at least one byte; 0 means the server has closed the connection.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Closes the stream; sends and receives under way end with an error.</summary>
    public abstract void Dispose();
}
