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
            async () => await DialAsync(new RedisEndpoint("127.0.0.1", port)).InTime());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
    }

    [Fact]
    public async Task Name_with_several_addresses_is_tried_at_each()
    {
        // As a rule localhost is ::1 as well, where nobody listens.
        int port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        using Transport transport = await DialAsync(new RedisEndpoint("localhost", port));
        using Socket accepted = await _listener.AcceptSocketAsync();
        Assert.True(accepted.Connected);
    }

    [Fact]
    public async Task Unix_socket_that_accepts_nobody_for_a_while_is_waited_for()
    {
        string path = Path.Combine(Path.GetTempPath(), $"typedredis-{Guid.NewGuid():N}.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        var waiting = new List<Socket>();
        try
        {
            // Until the system takes no more.
            bool isFull = false;
            while (!isFull)
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false };
                waiting.Add(socket);
                try
                {
                    socket.Connect(new UnixDomainSocketEndPoint(path));
                }
                catch (SocketException full) when (full.SocketErrorCode == SocketError.WouldBlock)
                {
                    isFull = true;
                }
            }

            Task<Transport> dialing = DialAsync(RedisEndpoint.UnixSocket(path));
            for (int i = 0; i < waiting.Count - 1; i++)
            {
                (await listener.AcceptAsync().InTime()).Dispose();
            }

            using Transport transport = await dialing.InTime();
            using Socket accepted = await listener.AcceptAsync().InTime();
            await transport.SendAsync(new byte[] { 7 }).InTime();
            byte[] received = new byte[1];
            Assert.Equal(1, await accepted.ReceiveAsync(received).InTime());
            Assert.Equal(7, received[0]);
        }
        finally
        {
            foreach (Socket socket in waiting)
            {
                socket.Dispose();
            }

            File.Delete(path);
        }
    }

    [Fact]
    public async Task Handler_that_blocks_while_it_reads_keeps_its_socket_and_the_others_are_heard()
    {
        SocketLoop loop = SocketLoop.TryCreate()!;
        using var pair = await HandledPair.CreateAsync(_listener, loop, continues: false);
        using var other = await HandledPair.CreateAsync(_listener, loop, continues: false);
        pair.Blocks = true;
        pair.Send();
        Assert.True(pair.Entered.Wait(Wait.Limit));
        // More to read: the loop must neither hand it to somebody else nor go round and round for it.
        pair.Send();
        other.Send();
        await HeardAsync(loop, other, 1);
        other.Send();
        await HeardAsync(loop, other, 2);
        Assert.Equal(1, pair.Heard);
        pair.Release.Set();
        await Wait.UntilAsync(() => pair.Heard == 2, "what came meanwhile");
        other.Send();
        await Wait.UntilAsync(() => other.Heard == 3, "the other's byte");
        Assert.Equal(1, pair.MostAtOnce);
    }

    [Fact]
    public async Task Thread_that_comes_back_late_does_not_end_the_turn_of_its_successor()
    {
        SocketLoop loop = SocketLoop.TryCreate()!;
        using var first = await HandledPair.CreateAsync(_listener, loop, continues: true);
        using var second = await HandledPair.CreateAsync(_listener, loop, continues: true);
        using var third = await HandledPair.CreateAsync(_listener, loop, continues: true);
        first.Blocks = second.Blocks = true;
        first.Send();
        Assert.True(first.Entered.Wait(Wait.Limit));
        second.Send();
        await Wait.UntilAsync(() => Watched(loop, () => second.Entered.IsSet), "a second thread");
        first.Release.Set();
        Assert.True(first.Left.Wait(Wait.Limit));

        // The second one is still watched, and replaced.
        third.Send();
        await HeardAsync(loop, third, 1);
        second.Release.Set();
        Assert.True(second.Left.Wait(Wait.Limit));
        foreach (HandledPair pair in new[] { first, second, third })
        {
            int before = pair.Heard;
            pair.Send();
            await Wait.UntilAsync(() => pair.Heard == before + 1, "a byte after all came back");
            Assert.Equal(1, pair.MostAtOnce);
        }
    }

    [Fact]
    public async Task Handler_that_throws_is_told_and_the_others_are_heard()
    {
        SocketLoop loop = SocketLoop.TryCreate()!;
        using var pair = await HandledPair.CreateAsync(_listener, loop, continues: false);
        using var other = await HandledPair.CreateAsync(_listener, loop, continues: false);
        pair.Throws = true;
        pair.Send();
        await Wait.UntilAsync(() => pair.Failure is InvalidOperationException, "the failure");
        other.Send();
        await Wait.UntilAsync(() => other.Heard == 1, "the other's byte");
    }

    private static Task HeardAsync(SocketLoop loop, HandledPair pair, int count) =>
        Wait.UntilAsync(() => Watched(loop, () => pair.Heard == count), "the other's byte");

    private static bool Watched(SocketLoop loop, Func<bool> condition)
    {
        loop.Watch();
        return condition();
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

        public void OnReady(LoopThread thread)
        {
            byte[] one = new byte[1];
            if (socket.Receive(one) == 1)
            {
                Received.Enqueue(one[0]);
            }
        }
    }

    // A socket that a loop hears, and its far end. It reads one byte a time.
    private sealed class HandledPair : ISocketHandler, IDisposable
    {
        private readonly SocketLoop _loop;
        private readonly Socket _near;
        private readonly Socket _far;
        private readonly bool _continues;
        private readonly int _id;
        private int _heard;
        private int _inside;
        private int _mostAtOnce;

        private HandledPair(SocketLoop loop, Socket near, Socket far, bool continues)
        {
            _loop = loop;
            _near = near;
            _far = far;
            _continues = continues;
            _id = loop.TryAdd(near, Epoll.Readable, this);
        }

        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim Release { get; } = new();

        public ManualResetEventSlim Left { get; } = new();

        /// <summary>Whether it blocks the next time it is called.</summary>
        public bool Blocks { get; set; }

        public bool Throws { get; set; }

        public Exception? Failure { get; private set; }

        public int Heard => Volatile.Read(ref _heard);

        /// <summary>How many threads were reading it at once.</summary>
        public int MostAtOnce => Volatile.Read(ref _mostAtOnce);

        public static async Task<HandledPair> CreateAsync(TcpListener listener, SocketLoop loop, bool continues)
        {
            var near = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await near.ConnectAsync(listener.LocalEndpoint);
            return new HandledPair(loop, near, await listener.AcceptSocketAsync(), continues);
        }

        public void Send() => _far.Send(new byte[] { 1 });

        public void OnReady(LoopThread thread)
        {
            _mostAtOnce = Math.Max(_mostAtOnce, Interlocked.Increment(ref _inside));
            Assert.Equal(1, _near.Receive(new byte[1]));
            if (Throws)
            {
                Interlocked.Decrement(ref _inside);
                throw new InvalidOperationException("thrown by a handler");
            }

            bool isReader = !_continues;
            if (_continues)
            {
                Interlocked.Decrement(ref _inside);
                Assert.True(thread.TryBeginContinuations());
            }

            Interlocked.Increment(ref _heard);
            if (Blocks)
            {
                Blocks = false;
                Entered.Set();
                Assert.True(Release.Wait(Wait.Limit));
                Left.Set();
            }

            if (isReader)
            {
                Interlocked.Decrement(ref _inside);
            }
        }

        public void OnFailed(Exception cause)
        {
            Failure = cause;
            _loop.Remove(_near, _id);
        }

        public void Dispose()
        {
            Release.Set();
            if (Failure is null)
            {
                _loop.Remove(_near, _id);
            }

            _near.Dispose();
            _far.Dispose();
        }
    }

    private static async Task<Transport> DialAsync(RedisEndpoint endpoint) => await SocketDialer.Instance.DialAsync(
        await NameResolver.System.ResolveAsync(endpoint, CancellationToken.None), null, CancellationToken.None);
}
