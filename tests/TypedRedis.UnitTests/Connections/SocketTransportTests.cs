using System.Net;
using System.Net.Sockets;
using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>The end of a stream to a server that has not taken all of it yet.</summary>
public sealed class SocketTransportTests : IDisposable
{
    // More than a server takes in with the buffer below, and less than the system keeps for a client.
    private const int Length = 100_000;

    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);

    public SocketTransportTests()
    {
        _listener.ReceiveBufferSize = 4_096;
        _listener.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
        _listener.Listen();
    }

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Rest_is_dropped_or_delivered(bool drops, bool hasLoop)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { SendBufferSize = 4 * Length };
        await socket.ConnectAsync(_listener.LocalEndPoint!);
        using Socket server = await _listener.AcceptAsync();
        SocketLoop? loop = hasLoop ? SocketLoop.Next : null;
        socket.Blocking = loop is null;
        using var transport = new SocketTransport(socket, loop);
        await transport.SendAsync(new byte[Length]).AsTask().InTime();
        transport.Abort(drops);
        // As the thread of a loop does.
        transport.Dispose();
        int received = await ReceiveAllAsync(server);
        Assert.True(drops == received < Length, $"{received} bytes came.");
    }

    private static async Task<int> ReceiveAllAsync(Socket server)
    {
        int sum = 0;
        byte[] buffer = new byte[Length];
        try
        {
            while (await server.ReceiveAsync(buffer).InTime() is > 0 and var count)
            {
                sum += count;
            }
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The end.
        }

        return sum;
    }
}
