using System.Net;
using System.Net.Sockets;
using TypedRedis.Benchmarks.Running;

namespace TypedRedis.Benchmarks.Cases;

/// <summary>
/// What a socket alone can do: send GETs that were encoded beforehand, and compare the bytes that come back. One batch is under way
/// at a time.
/// </summary>
/// <param name="endpoint">Where the server listens.</param>
internal sealed class RawLoops(IPEndPoint endpoint)
{
    /// <summary>Commands in a batch.</summary>
    public const int BatchLength = 100;

    private static readonly RawFrames[] s_batches = RawFrames.Batches(BatchLength);
    private static readonly RawFrames[] s_singles = RawFrames.Batches(1);

    /// <summary>Batches by blocking calls; the limit that other cases are compared with.</summary>
    public Task BatchesBlocking(Caller caller)
    {
        using Socket socket = Create();
        socket.Connect(endpoint);
        byte[] received = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
        for (int n = 0; caller.Begin(); n++)
        {
            RawFrames batch = s_batches[n % s_batches.Length];
            Send(socket, batch);
            Receive(socket, batch, received);
            caller.Replied();
            caller.Verified();
        }

        return Task.CompletedTask;
    }

    /// <summary>Batches by asynchronous calls.</summary>
    public Task BatchesAsync(Caller caller) => ExchangeAsync(caller, s_batches);

    /// <summary>One command at a time by asynchronous calls.</summary>
    public Task PingPongAsync(Caller caller) => ExchangeAsync(caller, s_singles);

    private async Task ExchangeAsync(Caller caller, RawFrames[] frames)
    {
        using Socket socket = Create();
        await socket.ConnectAsync(endpoint);
        byte[] received = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
        for (int n = 0; caller.Begin(); n++)
        {
            RawFrames frame = frames[n % frames.Length];
            int sent = 0;
            while (sent < frame.Request.Length)
            {
                sent += await socket.SendAsync(frame.Request.AsMemory(sent), SocketFlags.None);
            }

            int compared = 0;
            while (compared < frame.Reply.Length)
            {
                int count = await socket.ReceiveAsync(received.AsMemory(), SocketFlags.None);
                Compare(frame, compared, received.AsSpan(0, count));
                compared += count;
            }

            caller.Replied();
            caller.Verified();
        }
    }

    /// <summary>A socket as all raw cases use it.</summary>
    public static Socket Create() => new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Sends a whole batch, blocking the thread.</summary>
    public static void Send(Socket socket, RawFrames batch)
    {
        int sent = 0;
        while (sent < batch.Request.Length)
        {
            sent += socket.Send(batch.Request.AsSpan(sent));
        }
    }

    /// <summary>Receives the replies to a batch and compares them, blocking the thread.</summary>
    public static void Receive(Socket socket, RawFrames batch, byte[] buffer)
    {
        int compared = 0;
        while (compared < batch.Reply.Length)
        {
            int count = socket.Receive(buffer);
            Compare(batch, compared, buffer.AsSpan(0, count));
            compared += count;
        }
    }

    private static void Compare(RawFrames batch, int offset, ReadOnlySpan<byte> received)
    {
        if (received.IsEmpty || !batch.Reply.AsSpan(offset).StartsWith(received))
        {
            throw new BenchmarkFailedException($"Wrong bytes {offset} bytes into the replies to a batch.");
        }
    }
}
