using System.Diagnostics.CodeAnalysis;

namespace TypedRedis.Connections;

/// <summary>A byte stream to one server. One send and one receive may be under way at a time.</summary>
internal abstract class Transport : IDisposable
{
    /// <summary>Sends all of the bytes.</summary>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Receives what is there, at least one byte; 0 means the server has closed the connection.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Begins to have a loop say when there is something to receive; then <see cref="TryReceive"/> receives.</summary>
    /// <returns>False if this transport cannot; <see cref="ReceiveAsync"/> receives.</returns>
    public virtual bool TryJoinLoop(ISocketHandler handler, [NotNullWhen(true)] out SocketLoop? loop)
    {
        loop = null;
        return false;
    }

    /// <summary>Receives what is there, without waiting; 0 means the server has closed the connection, -1 that there is nothing.</summary>
    public virtual int TryReceive(Span<byte> buffer) => throw new NotSupportedException();

    /// <summary>Ends the stream: sends and receives under way end with an error, or as if the server had closed it.</summary>
    /// <param name="drop">Whether what the server has not got yet is dropped, and the server told of a reset; otherwise it still gets it.</param>
    public virtual void Abort(bool drop) => Dispose();

    /// <summary>Frees what it has; by the reader.</summary>
    public abstract void Dispose();
}
