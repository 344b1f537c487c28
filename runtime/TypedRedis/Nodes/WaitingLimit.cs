using TypedRedis.Connections;

namespace TypedRedis.Nodes;

/// <summary>
/// How many calls may wait for a node or for the topology. Calls beyond that fail at once: a call that waits has its frame and its awaiter in memory
/// already, so letting it wait for leave to wait would bound nothing. What was admitted once stays admitted: calls that are given back after
/// a loss, or are to be sent again, are counted and never refused. Not synchronised.
/// </summary>
/// <param name="maxCommands">Most calls; a pipeline or a transaction counts as one.</param>
/// <param name="maxBytes">Most bytes of calls, those of pipelines and transactions not counted: their callers keep them in memory until they are over.</param>
internal sealed class WaitingLimit(int maxCommands, long maxBytes)
{
    private int _commands;
    private long _bytes;
    private long _refused;

    /// <summary>Calls that wait.</summary>
    public int Commands => Volatile.Read(ref _commands);

    /// <summary>Bytes of the calls that wait.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Calls refused so far.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>What a request counts for.</summary>
    public static int LengthOf(PendingRequest request) => request.IsBatch ? 0 : request.FrameLength;

    /// <summary>Whether one more may wait. A single call may, however large it is.</summary>
    public bool HasRoomFor(PendingRequest request) =>
        _commands == 0 || (_commands < maxCommands && _bytes + LengthOf(request) <= maxBytes);

    /// <summary>Counts one that begins to wait.</summary>
    public void Add(PendingRequest request)
    {
        Volatile.Write(ref _commands, _commands + 1);
        Volatile.Write(ref _bytes, _bytes + LengthOf(request));
    }

    /// <summary>Counts one that waits no more.</summary>
    /// <param name="length">What <see cref="LengthOf"/> has said of it.</param>
    public void Remove(int length)
    {
        Volatile.Write(ref _commands, _commands - 1);
        Volatile.Write(ref _bytes, _bytes - length);
    }

    /// <summary>None waits any more.</summary>
    public void Clear()
    {
        Volatile.Write(ref _commands, 0);
        Volatile.Write(ref _bytes, 0);
    }

    /// <summary>Counts one that may not wait.</summary>
    /// <param name="lastError">Why there is no connection; null if that is not the reason.</param>
    /// <returns>Its error.</returns>
    public RedisQueueFullException Refuse(Exception? lastError)
    {
        Volatile.Write(ref _refused, _refused + 1);
        string reason = lastError is null ? "" : $" Last error: {UserCode.MessageOf(lastError)}";
        return new RedisQueueFullException(
            $"{_commands} calls with {_bytes} bytes wait already; nothing was sent. The options {nameof(RedisOptions.MaxWaitingCommands)} and {nameof(RedisOptions.MaxWaitingBytes)} set how many may.{reason}",
            lastError);
    }
}
