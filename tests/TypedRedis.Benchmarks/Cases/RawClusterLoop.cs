using System.Net;
using System.Net.Sockets;
using System.Text;
using TypedRedis.Benchmarks.Running;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Benchmarks.Cases;

/// <summary>
/// What sockets alone can do in a cluster: one thread sends every node its part of a batch, encoded beforehand, then compares the
/// bytes that come back from each. One batch is under way at a time.
/// </summary>
/// <param name="nodes">The primaries, and whether each has a slot.</param>
internal sealed class RawClusterLoop(IReadOnlyList<(IPEndPoint EndPoint, Func<int, bool> HasSlot)> nodes)
{
    /// <summary>Commands in a batch: as many as the callers of cases that this is the limit of.</summary>
    public static IReadOnlyList<int> BatchLengths { get; } = [64, 512];

    /// <summary>A loop of batches of this length.</summary>
    public Func<Caller, Task> Batches(int length) => caller =>
    {
        Run(caller, [.. Enumerable.Range(0, DataSet.Read.Keys.Length / length).Select(batch => Split(batch * length, length))]);
        return Task.CompletedTask;
    };

    /// <summary>A loop of the first batch of this length.</summary>
    public Func<Caller, Task> FirstBatch(int length) => caller =>
    {
        Run(caller, [Split(0, length)]);
        return Task.CompletedTask;
    };

    /// <summary>A loop of that part of the first batch that is the largest; the other nodes get nothing.</summary>
    public Func<Caller, Task> LargestPart(int length) => caller =>
    {
        RawFrames[] parts = Split(0, length);
        RawFrames largest = parts.MaxBy(part => part.Request.Length)!;
        Run(caller, [[.. parts.Select(part => part == largest ? part : RawFrames.Of([]))]]);
        return Task.CompletedTask;
    };

    private void Run(Caller caller, RawFrames[][] batches)
    {
        Socket[] sockets = [.. nodes.Select(node => Connect(node.EndPoint))];
        try
        {
            byte[] received = GC.AllocateUninitializedArray<byte>(64 * 1024, pinned: true);
            for (int n = 0; caller.Begin(); n++)
            {
                RawFrames[] parts = batches[n % batches.Length];
                for (int i = 0; i < parts.Length; i++)
                {
                    RawLoops.Send(sockets[i], parts[i]);
                }

                for (int i = 0; i < parts.Length; i++)
                {
                    RawLoops.Receive(sockets[i], parts[i], received);
                }

                caller.Replied();
                caller.Verified();
            }
        }
        finally
        {
            Array.ForEach(sockets, socket => socket.Dispose());
        }
    }

    private RawFrames[] Split(int first, int length) =>
    [
        .. nodes.Select(node => RawFrames.Of(Enumerable.Range(first, length).Where(i =>
            node.HasSlot(HashSlot.Of(Encoding.ASCII.GetBytes(DataSet.Read.Keys[i])))))),
    ];

    private static Socket Connect(IPEndPoint endpoint)
    {
        Socket socket = RawLoops.Create();
        socket.Connect(endpoint);
        return socket;
    }
}
