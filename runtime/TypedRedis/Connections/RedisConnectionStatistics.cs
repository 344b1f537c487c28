using TypedRedis.Connections;

namespace TypedRedis;

/// <summary>
/// What went through a client's connections to one node since the client was made, lost and dedicated connections and all handshakes included.
/// Numbers only grow, but for those of calls that wait at this moment; the difference of two readings tells what happened between them.
/// </summary>
/// <remarks>
/// Counting goes on while the numbers are read, without a lock: each is right by itself, and together they may differ by what was just
/// under way.
/// </remarks>
public sealed record RedisConnectionStatistics
{
    /// <summary>The node.</summary>
    public required RedisEndpoint Endpoint { get; init; }

    /// <summary>Whether there is a shared connection at this moment; a lost one comes back with the next command.</summary>
    public bool IsConnected { get; init; }

    /// <summary>Commands given to the connection, those of handshakes and those sent again included.</summary>
    public long Commands { get; init; }

    /// <summary>Replies received, to calls that had been cancelled or timed out too. Push messages do not count.</summary>
    public long Replies { get; init; }

    /// <summary>Sends handed to the socket or TLS stream.</summary>
    public long Flushes { get; init; }

    /// <summary>Bytes handed to the socket or TLS stream, before encryption.</summary>
    public long BytesSent { get; init; }

    /// <summary>Receives that brought bytes.</summary>
    public long Reads { get; init; }

    /// <summary>Bytes received, after decryption.</summary>
    public long BytesReceived { get; init; }

    /// <summary>
    /// Messages that the server sent of its own accord (RESP3 pushes), such as invalidations, and that no part of the client takes. The first of each kind on a
    /// connection is logged at the level <c>Information</c>, further ones at <c>Debug</c>.
    /// </summary>
    public long UnhandledPushes { get; init; }

    /// <summary>Calls that wait for a connection or for room on it at this moment.</summary>
    public long Waiting { get; init; }

    /// <summary>Bytes of those calls.</summary>
    public long WaitingBytes { get; init; }

    /// <summary>Calls that failed with a <see cref="RedisQueueFullException"/> because so many waited for the node already.</summary>
    public long Refused { get; init; }

    /// <summary>Commands carried by one send, on average; 0 before the first.</summary>
    public double CommandsPerFlush => Ratio(Commands, Flushes);

    /// <summary>Bytes carried by one send, on average; 0 before the first.</summary>
    public double BytesPerFlush => Ratio(BytesSent, Flushes);

    /// <summary>Replies brought by one receive, on average; 0 before the first. A reply of many receives makes it less than 1.</summary>
    public double RepliesPerRead => Ratio(Replies, Reads);

    private static double Ratio(long count, long of) => of == 0 ? 0 : (double)count / of;
}
