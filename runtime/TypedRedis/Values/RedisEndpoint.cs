using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace TypedRedis;

/// <summary>Where a server listens: a host (name or address) and port, or the path of a Unix socket.</summary>
public readonly record struct RedisEndpoint
{
    /// <summary>The port used when none is named, 6379.</summary>
    public const int DefaultPort = 6379;

    /// <summary>A TCP endpoint.</summary>
    /// <param name="host">A host name, or an IPv4 or IPv6 address without brackets.</param>
    /// <param name="port">1 to 65535.</param>
    /// <exception cref="ArgumentException">The host is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The port is out of range.</exception>
    public RedisEndpoint(string host, int port)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, IPEndPoint.MaxPort);
        Host = host;
        Port = port;
    }

    private RedisEndpoint(string socketPath)
    {
        Host = string.Empty;
        SocketPath = socketPath;
    }

    /// <summary>Host name or address; empty for a Unix socket.</summary>
    public string Host { get; }

    /// <summary>Port; 0 for a Unix socket.</summary>
    public int Port { get; }

    /// <summary>Path of the Unix socket; null for TCP.</summary>
    public string? SocketPath { get; }

    /// <summary>A Unix socket.</summary>
    /// <param name="path">The socket's path.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static RedisEndpoint UnixSocket(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(path);
    }

    /// <summary><c>host:port</c>, <c>[address]:port</c> for IPv6, or <c>unix:path</c>.</summary>
    public override string ToString() => SocketPath is not null
        ? "unix:" + SocketPath
        : (Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:" : Host + ":") + Port.ToString(CultureInfo.InvariantCulture);

    internal EndPoint ToSocketAddress()
    {
        if (SocketPath is not null)
        {
            return new UnixDomainSocketEndPoint(SocketPath);
        }

        return IPAddress.TryParse(Host, out IPAddress? address) ? new IPEndPoint(address, Port) : new DnsEndPoint(Host, Port);
    }
}
