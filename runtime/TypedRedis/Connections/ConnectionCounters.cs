namespace TypedRedis.Connections;

/// <summary>What went through a connection; written without synchronisation by the one side that knows, read at any time.</summary>
internal sealed class ConnectionCounters
{
    private long _commands;
    private long _flushes;
    private long _bytesSent;
    private long _reads;
    private long _bytesReceived;
    private long _replies;
    private long _unhandledPushes;

    public long Commands => Volatile.Read(ref _commands);

    public long Flushes => Volatile.Read(ref _flushes);

    public long BytesSent => Volatile.Read(ref _bytesSent);

    public long Reads => Volatile.Read(ref _reads);

    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    public long Replies => Volatile.Read(ref _replies);

    public long UnhandledPushes => Volatile.Read(ref _unhandledPushes);

    public void CountCommands(int count) => _commands += count;

    public void CountFlush(int bytes)
    {
        _flushes++;
        _bytesSent += bytes;
    }

    public void CountRead(int bytes)
    {
        _reads++;
        _bytesReceived += bytes;
    }

    public void CountReplies(int count) => _replies += count;

    public void CountUnhandledPush() => _unhandledPushes++;

    /// <summary>Adds what went through another connection; under a lock of the caller's.</summary>
    public void Add(ConnectionCounters ended)
    {
        _commands += ended.Commands;
        _flushes += ended.Flushes;
        _bytesSent += ended.BytesSent;
        _reads += ended.Reads;
        _bytesReceived += ended.BytesReceived;
        _replies += ended.Replies;
        _unhandledPushes += ended.UnhandledPushes;
    }

    /// <summary>The numbers as users see them.</summary>
    public RedisConnectionStatistics ToStatistics(RedisEndpoint endpoint, bool isConnected) => new()
    {
        Endpoint = endpoint,
        IsConnected = isConnected,
        Commands = Commands,
        Replies = Replies,
        Flushes = Flushes,
        BytesSent = BytesSent,
        Reads = Reads,
        BytesReceived = BytesReceived,
        UnhandledPushes = UnhandledPushes,
    };
}
