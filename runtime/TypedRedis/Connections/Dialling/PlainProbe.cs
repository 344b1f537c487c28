using System.Net;
using System.Net.Sockets;

namespace TypedRedis.Connections;

/// <summary>Finds out whether a server that does not answer a TLS handshake speaks plain RESP. It is told nothing but PING.</summary>
internal static class PlainProbe
{
    /// <summary>Whether the server answers a plain PING, be it with an error.</summary>
    /// <param name="address">Where the server listens.</param>
    /// <param name="handshake">The TLS handshake under way; its end ends the probe.</param>
    /// <param name="cancellationToken">Ends it too.</param>
    public static async Task<bool> IsAnsweredAsync(EndPoint address, Task handshake, CancellationToken cancellationToken)
    {
        using Socket socket = SocketDialer.Instance.Create(address);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<bool> answer = AskAsync(socket, address, end.Token);
        if (await Task.WhenAny(answer, handshake).ConfigureAwait(false) == answer)
        {
            return await answer.ConfigureAwait(false);
        }

        await end.CancelAsync().ConfigureAwait(false);
        _ = await answer.ConfigureAwait(false);
        return false;
    }

    private static async Task<bool> AskAsync(Socket socket, EndPoint address, CancellationToken cancellationToken)
    {
        try
        {
            await socket.ConnectAsync(address, cancellationToken).ConfigureAwait(false);
            await socket.SendAsync("*1\r\n$4\r\nPING\r\n"u8.ToArray(), cancellationToken).ConfigureAwait(false);
            byte[] first = new byte[1];
            return await socket.ReceiveAsync(first, cancellationToken).ConfigureAwait(false) == 1 && first[0] is (byte)'+' or (byte)'-';
        }
        catch (Exception cause) when (cause is SocketException or OperationCanceledException)
        {
            return false;
        }
    }
}
