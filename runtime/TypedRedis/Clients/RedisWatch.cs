using TypedRedis.Connections;
using TypedRedis.Execution;
using TypedRedis.Nodes;
using TypedRedis.Observation;
using TypedRedis.Protocol;

namespace TypedRedis;

/// <summary>
/// A client whose commands all go over one connection, in order, while that connection watches keys (<c>WATCH</c>): read what a
/// change depends on through it, and the transaction that follows is carried out only if no watched key changed meanwhile.
/// </summary>
/// <remarks>
/// It is meant for one caller and a short time; dispose it to give the connection back. One that is not disposed keeps its connection until the
/// garbage collector finds it; then it is closed, and a warning logged. In a cluster all keys, watched ones and those of commands,
/// are in one slot. The connection is one of <see cref="RedisOptions.MaxDedicatedConnections"/>.
/// <see href="https://redis.io/commands/watch/"/>
/// </remarks>
/// <example><code>
/// await using RedisWatch watch = await RedisWatch.StartAsync(client, ["stock:7"]);
/// IShop shop = IShop.Create(watch);
/// string? stock = await shop.StockAsync(7);
/// await shop.TransactionAsync(t => t.SetStock(7, Less(stock)));   // RedisWatchException if the key changed meanwhile
/// </code></example>
public sealed partial class RedisWatch : RedisClient
{
    // Watching twice is watching once, and a connection that is lost watches nothing.
    private static readonly CommandInfo s_watch = new("WATCH", CommandFlags.ReadOnly, RetryClass.ReadOnly);
    private static readonly CommandInfo s_unwatch = new("UNWATCH", CommandFlags.Session | CommandFlags.Keyless, RetryClass.NotIdempotent);

    // Long enough for a server that works; one that does not must not hold its callers up.
    private static readonly Deadline s_unwatchDeadline = Deadline.After(TimeSpan.FromSeconds(1));

    private readonly Lock _gate = new();
    private readonly DedicatedConnection _connection;
    private readonly int _bucket;
    private readonly WatchRouter _router;
    private readonly WatchRecovery _recovery;
    private readonly WatchLeash _leash;
    private bool _mayHaveState;
    private bool _isDisposed;

    private RedisWatch(RedisClient client, DedicatedConnection connection, int bucket)
        : base(client)
    {
        _connection = connection;
        _bucket = bucket;
        _router = new WatchRouter(this, client.Router.Clock);
        _recovery = new WatchRecovery(connection);
        _leash = new WatchLeash(connection);
        connection.Holder = _recovery;
    }

    /// <summary>The node that owns the keys.</summary>
    public RedisEndpoint Endpoint => _connection.Endpoint;

    /// <summary>Whether the server still watches keys for this connection; not after an EXEC or DISCARD.</summary>
    internal bool NeedsUnwatch { get; set; } = true;

    private protected override bool HasOwnConnection => true;

    /// <summary>Watches keys on a connection of their own.</summary>
    /// <param name="client">The client whose servers and options to use; it is neither changed nor held up.</param>
    /// <param name="keys">At least one key. In a cluster all must be in the same hash slot.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <returns>The client to read with, once the server watches the keys.</returns>
    /// <exception cref="ArgumentException">No key is given, one was never assigned, or the client is itself a watch.</exception>
    /// <exception cref="RedisCrossSlotException">The keys are in different slots. Nothing was sent.</exception>
    /// <exception cref="RedisConnectionLimitException">All dedicated connections to the node are in use.</exception>
    /// <exception cref="RedisException">The node cannot be reached within <see cref="RedisOptions.CommandTimeout"/>, or refuses.</exception>
    public static ValueTask<RedisWatch> StartAsync(RedisClient client, IReadOnlyList<RedisKey> keys, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        using Elements<RedisKey> watched = Elements.Of(keys, nameof(keys));
        if (watched.Count == 0 || client is RedisWatch)
        {
            throw new ArgumentException(
                watched.Count == 0 ? "There is no key to watch." : "A watch cannot be started on another one.", watched.Count == 0 ? nameof(keys) : nameof(client));
        }

        RequestWriter request = client.BeginRequest(watched.Count + 1, "$5\r\nWATCH\r\n"u8);
        request.BeginElements(1);
        foreach (RedisKey key in watched.Span)
        {
            request.WriteKey(key, nameof(keys) + "[]");
        }

        int bucket = request.Bucket;
        return client.TrySendWatch(ref request, s_watch, cancellationToken, out Exception? refusal) is { } reply
            ? StartAsync(client, reply, bucket)
            : ValueTask.FromException<RedisWatch>(refusal!);
    }

    /// <inheritdoc />
    public override IReadOnlyList<RedisConnectionStatistics> GetConnectionStatistics() => [_connection.GetStatistics()];

    /// <summary>Watches no longer, and gives the connection back. Calls under way on it are waited for, up to a second.</summary>
    public override async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            _leash.Dispose();
            NoteDisposed();
        }

        bool isClean = !_mayHaveState && (!MustAsk || await TryUnwatchAsync().ConfigureAwait(false));
        if (isClean && _connection.CloseCause is null)
        {
            _connection.Holder = null;
            _connection.Release();
        }
        else
        {
            _connection.Discard(new RedisConnectionException("The watch has ended.") { Endpoint = Endpoint });
        }
    }

    private protected override void Dispatch(PendingRequest request, ref RequestWriter writer)
    {
        Exception? refusal;
        lock (_gate)
        {
            refusal = RefusalOf(request);
            int writes = refusal is null && WatchRecovery.IsWrite(request) ? 1 : 0;
            // Before it is sent: its reply may come at once.
            _recovery.CountWrites(writes);
            if (refusal is null && !_connection.TrySend(request, ref writer))
            {
                _recovery.CountWrites(-writes);
                refusal = Ended();
            }
        }

        if (refusal is not null)
        {
            request.Fail(refusal);
        }
    }

    private protected override void DispatchDedicated(PendingRequest request)
    {
        Exception? refusal;
        lock (_gate)
        {
            refusal = RefusalOf(request);
            int writes = refusal is null && WatchRecovery.IsWrite(request) ? 1 : 0;
            // Before it is sent: its reply may come at once.
            _recovery.CountWrites(writes);
            if (refusal is null && !(request is PendingBatch batch ? _connection.TrySend(batch) : _connection.TrySend(request)))
            {
                _recovery.CountWrites(-writes);
                refusal = Ended();
            }
        }

        if (refusal is not null)
        {
            request.Fail(refusal);
        }
    }

    private protected override Func<ObservedCall?, Task<byte[]>>? FanOut(CommandInfo command, ReadOnlySpan<byte> frame, long deadline, CancellationToken cancellationToken) =>
        _bucket >= 0 && command.DefaultTarget is CommandTarget.Primaries or CommandTarget.AllNodes
            ? throw new RedisClusterException("The command is not for the one node that a watch is connected to.") { Command = command.Name }
            : null;

    private static async ValueTask<RedisWatch> StartAsync(RedisClient client, DedicatedReply<bool> reply, int bucket)
    {
        await new ValueTask<bool>(reply, reply.Token).ConfigureAwait(false);
        return new RedisWatch(client, reply.Connection!, bucket);
    }

    // The reply to UNWATCH also tells that everything before it was answered.
    private bool MustAsk => NeedsUnwatch || _connection.Counters.Commands != _connection.Counters.Replies;

    // Under the lock.
    private Exception? RefusalOf(PendingRequest request)
    {
        if (_isDisposed)
        {
            return new ObjectDisposedException(nameof(RedisWatch));
        }

        if (request.Bucket >= 0 && request.Bucket != _bucket)
        {
            return new RedisCrossSlotException($"The watched keys are in slot {_bucket}; a command through the watch must be about the same slot. Nothing was sent.");
        }

        // Such as a transaction or another database, and whatever a command does that is not known.
        _mayHaveState |= request.Command.LeavesState;
        return _recovery.Failure is not null || _connection.CloseCause is not null ? Ended() : null;
    }

    private RedisException Ended() => _recovery.Ended();

    private async ValueTask<bool> TryUnwatchAsync()
    {
        try
        {
            var reply = PendingReply<string>.Rent(s_unwatch, bucket: -1, DeadlineFor(s_unwatchDeadline), Reply.String);
            var result = new ValueTask<string>(reply, reply.Token);
            SendUnwatch(reply);
            // Within a transaction that was not ended it would be QUEUED.
            return await result.ConfigureAwait(false) == "OK";
        }
        catch (RedisException)
        {
            return false;
        }
    }

    private void SendUnwatch(PendingRequest request)
    {
        RequestWriter writer = BeginRequest("*1\r\n$7\r\nUNWATCH\r\n"u8);
        if (!_connection.TrySend(request, ref writer))
        {
            request.Fail(Ended());
        }

        writer.Release();
    }
}
