using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace TypedRedis.Connections;

/// <summary>Opens byte streams to servers; the seam behind which tests put other networks.</summary>
internal abstract class TransportDialer
{
    /// <summary>Opens a stream, TLS handshake included.</summary>
    public abstract ValueTask<Transport> DialAsync(ResolvedEndpoint target, SslClientAuthenticationOptions? tls, CancellationToken cancellationToken);
}

/// <summary>Opens sockets.</summary>
internal sealed class SocketDialer(TcpSettings tcp) : TransportDialer
{
    // In milliseconds; a server that is busy accepts again soon.
    private const int LongestPause = 50;

    public static SocketDialer Instance { get; } = new(new TcpSettings());

    public override async ValueTask<Transport> DialAsync(ResolvedEndpoint target, SslClientAuthenticationOptions? tls, CancellationToken cancellationToken)
    {
        SocketLoop? loop = tls is null ? SocketLoop.Next : null;
        Socket socket = await AddressRace.ConnectAsync(
            target.Addresses, (address, ending) => ConnectAsync(address, loop, ending), TimeProvider.System, cancellationToken).ConfigureAwait(false);
        if (tls is null)
        {
            return new SocketTransport(socket, loop);
        }

        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await TlsHandshake.PerformAsync(stream, target.Endpoint, socket.RemoteEndPoint!, tls, cancellationToken).ConfigureAwait(false);
            return new StreamTransport(stream, socket);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private Task<Socket> ConnectAsync(EndPoint address, SocketLoop? loop, CancellationToken cancellationToken) => address is UnixDomainSocketEndPoint
        ? ConnectWhenAcceptedAsync(address, loop, cancellationToken)
        : ConnectOnceAsync(address, loop, cancellationToken);

    // Of a Unix socket the system says at once that too many connections wait to be accepted, and tells nobody when there are fewer.
    private async Task<Socket> ConnectWhenAcceptedAsync(EndPoint path, SocketLoop? loop, CancellationToken cancellationToken)
    {
        for (int pause = 1; ; pause = Math.Min(pause * 2, LongestPause))
        {
            try
            {
                return await ConnectOnceAsync(path, loop, cancellationToken).ConfigureAwait(false);
            }
            catch (SocketException busy) when (busy.SocketErrorCode is SocketError.WouldBlock or SocketError.TryAgain)
            {
                await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<Socket> ConnectOnceAsync(EndPoint address, SocketLoop? loop, CancellationToken cancellationToken)
    {
        Socket socket = Create(address);
        try
        {
            if (loop is null)
            {
                await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await ConnectAsync(socket, address, loop, cancellationToken).ConfigureAwait(false);
            }

            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    // Socket.ConnectAsync would have the runtime watch the socket for good, and so wake a thread of its own for all that arrives.
    private static async Task ConnectAsync(Socket socket, EndPoint address, SocketLoop loop, CancellationToken cancellationToken)
    {
        socket.Blocking = false;
        if (IsConnectedAtOnce(socket, address))
        {
            return;
        }

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

    private static bool IsConnectedAtOnce(Socket socket, EndPoint address)
    {
        try
        {
            socket.Connect(address);
            return true;
        }
        catch (SocketException underWay) when (address is IPEndPoint && underWay.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            return false;
        }
    }

    /// <summary>A socket for an address.</summary>
    internal Socket Create(EndPoint address)
    {
        if (address is UnixDomainSocketEndPoint)
        {
            return new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        tcp.ApplyTo(socket);
        return socket;
    }
}
