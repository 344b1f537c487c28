using System.Net;
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
        if (tls is null && SocketLoop.Next is { } loop)
        {
            return new SocketTransport(await ConnectAsync(endpoint, loop, cancellationToken).ConfigureAwait(false), loop);
        }

        Socket socket = Create(endpoint);
        try
        {
            await socket.ConnectAsync(endpoint.ToSocketAddress(), cancellationToken).ConfigureAwait(false);
            if (tls is null)
            {
                return new SocketTransport(socket, loop: null);
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

    // Socket.ConnectAsync would have the runtime watch the socket for good, and so wake a thread of its own for all that arrives.
    private static async Task<Socket> ConnectAsync(RedisEndpoint endpoint, SocketLoop loop, CancellationToken cancellationToken)
    {
        EndPoint address = endpoint.ToSocketAddress();
        if (address is not DnsEndPoint name)
        {
            return await ConnectAsync(endpoint, address, loop, cancellationToken).ConfigureAwait(false);
        }

        IPAddress[] addresses = await Dns.GetHostAddressesAsync(name.Host, cancellationToken).ConfigureAwait(false);
        for (int i = 0; ; i++)
        {
            try
            {
                return await ConnectAsync(endpoint, new IPEndPoint(addresses[i], name.Port), loop, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException) when (i < addresses.Length - 1)
            {
                // The name has another address.
            }
        }
    }

    private static async Task<Socket> ConnectAsync(RedisEndpoint endpoint, EndPoint address, SocketLoop loop, CancellationToken cancellationToken)
    {
        Socket socket = Create(endpoint);
        try
        {
            socket.Blocking = false;
            if (!IsConnectedAtOnce(socket, address))
            {
                do
                {
                    await loop.WaitUntilWritableAsync(socket, cancellationToken).ConfigureAwait(false);
                }
                while (!socket.Poll(TimeSpan.Zero, SelectMode.SelectWrite));

                int error = (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
                if (error != 0)
                {
                    throw new SocketException(error);
                }
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static bool IsConnectedAtOnce(Socket socket, EndPoint address)
    {
        try
        {
            socket.Connect(address);
            return true;
        }
        catch (SocketException underWay) when (underWay.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            return false;
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
