using System.Net.Security;
using System.Net.Sockets;

namespace TypedRedis.Connections;

/// <summary>Opens byte streams to servers; the seam behind which tests put other networks.</summary>
internal abstract class TransportDialer
{
    /// <summary>Opens a stream, TLS handshake included.</summary>
    public abstract ValueTask<Transport> DialAsync(RedisEndpoint endpoint, SslClientAuthenticationOptions? tls, CancellationToken cancellationToken);
}

/// <summary>Opens sockets.</summary>
internal sealed class SocketDialer : TransportDialer
{
    public static SocketDialer Instance { get; } = new();

    public override async ValueTask<Transport> DialAsync(RedisEndpoint endpoint, SslClientAuthenticationOptions? tls, CancellationToken cancellationToken)
    {
        Socket socket = Create(endpoint);
        try
        {
            await socket.ConnectAsync(endpoint.ToSocketAddress(), cancellationToken).ConfigureAwait(false);
            if (tls is null)
            {
                return new SocketTransport(socket);
            }

            var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            try
            {
                await stream.AuthenticateAsClientAsync(tls, cancellationToken).ConfigureAwait(false);
                return new StreamTransport(stream);
            }
            catch
            {
                await stream.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Socket Create(RedisEndpoint endpoint)
    {
        if (endpoint.SocketPath is not null)
        {
            return new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            // Commands are flushed in batches already; waiting for more would only add latency.
            NoDelay = true,
        };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        return socket;
    }
}
