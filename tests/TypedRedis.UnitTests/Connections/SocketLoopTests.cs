using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>One thread that waits for many sockets, on real ones.</summary>
public sealed class SocketLoopTests : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly SocketLoop _loop = SocketLoop.Next ?? throw new InvalidOperationException("These tests need Linux.");

    public SocketLoopTests() => _listener.Start();

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task Handler_hears_of_what_arrives_until_its_socket_is_removed()
    {
        (Socket near, Socket far) = await ConnectAsync();
        using (near)
        using (far)
        {
            var handler = new CountingHandler(near);
            int id = _loop.TryAdd(near, Epoll.Readable, handler);
            Assert.True(id >= 0);
            for (byte i = 1; i <= 3; i++)
            {
                await far.SendAsync(new[] { i });
                await Wait.UntilAsync(() => handler.Received.Count == i, "the byte");
            }

            _loop.Remove(near, id);
            await far.SendAsync(new byte[] { 4 });
            // The next one to use the loop gets the free place; when that one hears of its bytes, the removed one would have, too.
            (Socket otherNear, Socket otherFar) = await ConnectAsync();
            using (otherNear)
            using (otherFar)
            {
                var other = new CountingHandler(otherNear);
                int otherId = _loop.TryAdd(otherNear, Epoll.Readable, other);
                await otherFar.SendAsync(new byte[] { 5 });
                await Wait.UntilAsync(() => other.Received.Count == 1, "the other's byte");
                Assert.Equal([1, 2, 3], handler.Received.ToArray());
                _loop.Remove(otherNear, otherId);
            }
        }
    }

    [Fact]
    public async Task Every_one_of_many_sockets_is_heard()
    {
        var pairs = new List<(Socket Near, Socket Far, CountingHandler Handler, int Id)>();
        for (int i = 0; i < 100; i++)
        {
            (Socket near, Socket far) = await ConnectAsync();
            var handler = new CountingHandler(near);
            pairs.Add((near, far, handler, _loop.TryAdd(near, Epoll.Readable, handler)));
        }

        foreach ((_, Socket far, _, _) in pairs)
        {
            await far.SendAsync(new byte[] { 7 });
        }

        await Wait.UntilAsync(() => pairs.TrueForAll(pair => pair.Handler.Received.Count == 1), "all bytes");
        foreach ((Socket near, Socket far, _, int id) in pairs)
        {
            _loop.Remove(near, id);
            near.Dispose();
            far.Dispose();
        }
    }

    [Fact]
    public async Task Socket_is_writable_once_it_is_connected()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        Assert.Throws<SocketException>(() => socket.Connect(_listener.LocalEndpoint));
        await _loop.WaitUntilWritableAsync(socket, CancellationToken.None).InTime();
        Assert.Equal(0, (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!);
    }

    [Fact]
    public async Task Wait_for_a_socket_can_be_cancelled()
    {
        (Socket near, Socket far) = await ConnectAsync();
        using (near)
        using (far)
        {
            near.Blocking = false;
            // Until nothing more can be written.
            byte[] bytes = new byte[64 * 1024];
            SocketError error = SocketError.Success;
            while (error == SocketError.Success)
            {
                near.Send(bytes, SocketFlags.None, out error);
            }

            using var cancellation = new CancellationTokenSource();
            Task waiting = _loop.WaitUntilWritableAsync(near, cancellation.Token);
            Assert.False(waiting.IsCompleted);
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.InTime());
        }
    }

    [Fact]
    public async Task Nobody_listening_is_reported_as_such()
    {
        int port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _listener.Stop();
        SocketException refused = await Assert.ThrowsAsync<SocketException>(
            async () => await SocketDialer.Instance.DialAsync(new RedisEndpoint("127.0.0.1", port), null, CancellationToken.None).AsTask().InTime());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task Name_with_several_addresses_is_tried_at_each()
    {
        // As a rule localhost is ::1 as well, where nobody listens.
        int port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        using Transport transport = await SocketDialer.Instance.DialAsync(new RedisEndpoint("localhost", port), null, CancellationToken.None);
        using Socket accepted = await _listener.AcceptSocketAsync();
        Assert.True(accepted.Connected);
    }

    private async Task<(Socket Near, Socket Far)> ConnectAsync()
    {
        var near = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(_listener.LocalEndpoint);
        return (near, await _listener.AcceptSocketAsync());
    }

    private sealed class CountingHandler(Socket socket) : ISocketHandler
    {
        public ConcurrentQueue<byte> Received { get; } = new();

        public bool OnReady(LoopThread thread)
        {
            byte[] one = new byte[1];
            if (socket.Receive(one) == 1)
            {
                Received.Enqueue(one[0]);
            }

            return true;
        }
    }
}
