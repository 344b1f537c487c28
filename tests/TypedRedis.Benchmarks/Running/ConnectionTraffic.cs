namespace TypedRedis.Benchmarks.Running;

/// <summary>Counts of what went through a client's connections, or the difference of two such counts.</summary>
internal readonly record struct ConnectionTraffic(long Commands, long Flushes, long BytesSent, long Replies, long Reads, long BytesReceived)
{
    /// <summary>Commands carried by one system call.</summary>
    public double CommandsPerFlush => (double)Commands / Flushes;

    /// <summary>Bytes carried by one system call.</summary>
    public double BytesPerFlush => (double)BytesSent / Flushes;

    /// <summary>Replies found after one receive.</summary>
    public double RepliesPerRead => (double)Replies / Reads;

    /// <summary>Counts of two connections together.</summary>
    public static ConnectionTraffic operator +(ConnectionTraffic a, ConnectionTraffic b) => new(
        a.Commands + b.Commands, a.Flushes + b.Flushes, a.BytesSent + b.BytesSent, a.Replies + b.Replies, a.Reads + b.Reads, a.BytesReceived + b.BytesReceived);

    /// <summary>What happened between two counts.</summary>
    public static ConnectionTraffic operator -(ConnectionTraffic later, ConnectionTraffic earlier) => new(
        later.Commands - earlier.Commands,
        later.Flushes - earlier.Flushes,
        later.BytesSent - earlier.BytesSent,
        later.Replies - earlier.Replies,
        later.Reads - earlier.Reads,
        later.BytesReceived - earlier.BytesReceived);
}
