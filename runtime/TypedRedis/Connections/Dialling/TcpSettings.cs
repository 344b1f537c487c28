using System.Buffers.Binary;
using System.Net.Sockets;

namespace TypedRedis.Connections;

/// <summary>What the system is to do about TCP connections whose other end does not answer.</summary>
internal sealed record TcpSettings
{
    private const int TcpLevel = 6;
    private const int LinuxUserTimeout = 18;
    private const int KeepAliveIntervalSeconds = 5;
    private const int KeepAliveProbes = 3;

    // Linux refuses more.
    private const int LongestKeepAliveSeconds = short.MaxValue;

    /// <summary>Without traffic for how long the other end is asked; null for the system's setting.</summary>
    public TimeSpan? KeepAliveTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long bytes may stay unconfirmed; null for the system's setting. Linux only.</summary>
    public TimeSpan? UserTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Sets a new socket up, before it is connected.</summary>
    public void ApplyTo(Socket socket)
    {
        // Commands are flushed in batches already; waiting for more would only add latency.
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        if (KeepAliveTime is { } time)
        {
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Whole(time.TotalSeconds, LongestKeepAliveSeconds));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Whole(time.TotalSeconds, KeepAliveIntervalSeconds));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
        }

        if (UserTimeout is { } timeout && OperatingSystem.IsLinux())
        {
            Span<byte> milliseconds = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(milliseconds, Whole(timeout.TotalMilliseconds, int.MaxValue));
            if (!BitConverter.IsLittleEndian)
            {
                milliseconds.Reverse();
            }

            socket.SetRawSocketOption(TcpLevel, LinuxUserTimeout, milliseconds);
        }
    }

    private static int Whole(double number, int most) => (int)Math.Clamp(Math.Ceiling(number), 1, most);
}
