using System.Net;
using System.Net.Sockets;

namespace TypedRedis.TestSupport;

/// <summary>
/// A TCP port (and the port 10,000 above it, a cluster node's bus) that nothing uses, reserved among all test processes of this
/// machine for as long as the lease lives. The ports lie below the range from which systems give out ports to clients.
/// </summary>
internal sealed class PortLease : IDisposable
{
    private const int First = 15000;
    private const int Count = 7000;
    private const int BusOffset = 10000;

    private readonly FileStream _lock;

    private PortLease(int port, FileStream fileLock)
    {
        Port = port;
        _lock = fileLock;
    }

    public int Port { get; }

    /// <exception cref="InvalidOperationException">Every port is in use.</exception>
    public static PortLease Acquire()
    {
        string folder = Path.Combine(ProcessRegistry.Root, "ports");
        Directory.CreateDirectory(folder);
        int offset = Random.Shared.Next(Count);
        for (int i = 0; i < Count; i++)
        {
            int port = First + ((offset + i) % Count);
            if (TryLock(Path.Combine(folder, $"{port}")) is not { } fileLock)
            {
                continue;
            }

            if (IsFree(port) && IsFree(port + BusOffset))
            {
                return new PortLease(port, fileLock);
            }

            fileLock.Dispose();
        }

        throw new InvalidOperationException($"No free port from {First} to {First + Count}.");
    }

    public void Dispose() => _lock.Dispose();

    // The lock is the operating system's: it vanishes with this process, however that ends.
    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
