using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Nodes;

/// <summary>What a <see cref="DedicatedConnection"/> is being used for.</summary>
internal enum DedicatedState
{
    /// <summary>It is being set up.</summary>
    Opening,

    /// <summary>It waits in the pool.</summary>
    Idle,

    /// <summary>One caller has it.</summary>
    Rented,

    /// <summary>It has ended or is about to, and counts no more.</summary>
    Discarded,
}

/// <summary>A connection that one caller has to itself: for a command that blocks, or for as long as keys are watched.</summary>
internal sealed class DedicatedConnection(DedicatedConnections owner) : IConnectionOwner
{
    private RespConnection? _connection;
    private IRequestRecovery? _holder;

    // Of the reader.
    private bool _isLost;

    /// <summary>Guarded by the owner's lock.</summary>
    public DedicatedState State { get; set; }

    /// <summary>The admission of who has it for longer than one call; null if nobody has. Guarded by the owner's lock.</summary>
    public Admission? Admission { get; set; }

    /// <summary>Whether the node was left meanwhile, so that nobody is to have the connection next. Guarded by the owner's lock.</summary>
    public bool IsLeft { get; set; }

    /// <summary>Since when it has been idle, by the client's clock; guarded by the owner's lock.</summary>
    public long IdleSince { get; set; }

    /// <summary>Who has rented it for more than one command, and decides what becomes of those that fail; null if nobody has.</summary>
    public IRequestRecovery? Holder
    {
        get => Volatile.Read(ref _holder);
        set => Volatile.Write(ref _holder, value);
    }

    public RedisEndpoint Endpoint => owner.Recovery.Endpoint;

    public ConnectionCounters Counters => _connection!.Counters;

    /// <summary>How long the set-up took, ms; once it is open.</summary>
    public long SetUpMilliseconds => _connection!.SetUpMilliseconds;

    /// <summary>Why the connection ended; null while it is open.</summary>
    public Exception? CloseCause => _connection!.CloseCause;

    /// <summary>Connects to the node.</summary>
    public async Task OpenAsync(ConnectionSettings settings, CancellationToken cancellationToken) =>
        _connection = await ConnectionOpener.OpenAsync(Endpoint, settings, this, cancellationToken).ConfigureAwait(false);

    /// <summary>Sends a command that has this connection to itself, or that of the holder.</summary>
    /// <returns>False if the connection has ended; the request is still the caller's then.</returns>
    public bool TrySend(PendingRequest request)
    {
        var dedicated = (IDedicatedRequest)request;
        dedicated.BeginAttempt(this);
        if (request.IsCompleted)
        {
            // Whoever completed it from here on sees the connection and closes it; before, nobody does.
            if (dedicated.EndAttempt())
            {
                Release();
            }

            request.ReleaseFrame();
            return true;
        }

        if (_connection!.TrySend(request) == SendOutcome.Sent)
        {
            return true;
        }

        if (dedicated.EndAttempt())
        {
            owner.Forget(this);
            return false;
        }

        request.ReleaseFrame();
        return true;
    }

    /// <summary>Sends a command of the holder's.</summary>
    /// <returns>False if the connection has ended.</returns>
    public bool TrySend(PendingRequest request, ref RequestWriter writer) => _connection!.TrySend(request, ref writer) == SendOutcome.Sent;

    /// <summary>Sends several commands of the holder's.</summary>
    /// <returns>False if the connection has ended.</returns>
    public bool TrySend(PendingBatch batch) => _connection!.TrySend(batch) == SendOutcome.Sent;

    /// <summary>Leaves the connection to the caller, whose admission lasts as long as he has it.</summary>
    public void Keep(Admission admission) => owner.Keep(this, admission);

    /// <summary>Counts of this connection.</summary>
    public RedisConnectionStatistics GetStatistics() => Counters.ToStatistics(Endpoint, isConnected: CloseCause is null);

    /// <summary>Ends the use by one command: back to the pool, unless somebody holds the connection for longer.</summary>
    public void Release()
    {
        if (Holder is null)
        {
            owner.Return(this);
        }
    }

    /// <summary>Ends the connection because nobody knows what the server still does with it.</summary>
    public void Discard(Exception cause)
    {
        owner.Forget(this);
        _connection!.Close(cause);
    }

    /// <summary>Whether no reply is to come: every command sent on it was answered, or it has ended.</summary>
    public bool IsIdle => CloseCause is not null || Counters.Commands == Counters.Replies;

    /// <summary>Ends the connection because whoever had it is gone and has not given it back.</summary>
    public void Abandon()
    {
        owner.NoteAbandoned();
        Discard(new RedisConnectionException("The watch that had this connection was not disposed.") { Endpoint = Endpoint });
    }

    /// <summary>Ends the admission of who has had it for longer than one call. Under the owner's lock.</summary>
    public void EndKeeping()
    {
        Admission?.End();
        Admission = null;
    }

    public Task CloseAsync(Exception cause) => _connection!.CloseAsync(cause).AsTask();

    /// <summary>Completes calls whose deadline has passed, and ends the connection if it is dead.</summary>
    public void TimeOut(long now) => _connection!.TimeOut(now);

    /// <summary>Whether the server is to be asked for a sign of life, if nobody has the connection.</summary>
    public bool IsPingDue(long now) => _connection!.IsPingDue(now);

    /// <summary>Appends a PING; under the owner's lock, so that nobody who gets the connection comes before it.</summary>
    /// <returns>Whether <see cref="FlushAppended"/> is to follow, not under the lock.</returns>
    public bool TryAppendPing(long now) => State == DedicatedState.Idle && _connection!.TryAppendPing(now);

    /// <summary>Sends what was appended.</summary>
    public void FlushAppended() => _connection!.FlushAppended();

    bool IConnectionOwner.OnError(PendingRequest request, in ErrorReply error)
    {
        IRequestRecovery? holder = Holder;
        if (request is IDedicatedRequest dedicated && dedicated.EndAttempt() && holder is null)
        {
            // The reply has come; where the command goes next is no matter of this connection.
            owner.Return(this);
        }

        // Commands of the set-up are about this connection: their errors are for whoever sets it up.
        return holder is not null ? holder.TryRecoverFromError(request, error, owner.Recovery.Node)
            : request is IDedicatedRequest && owner.Recovery.TryRecoverFromError(request, error);
    }

    // Unlimited: one caller has the connection to itself.
    void IConnectionOwner.OnRoom(RespConnection connection)
    {
    }

    void IConnectionOwner.OnClosed(RespConnection connection, Exception cause) => _isLost = owner.OnClosed(this, connection.Counters);

    void IConnectionOwner.OnLost(PendingRequest request, Exception cause, bool mayHaveExecuted)
    {
        if (request is IDedicatedRequest dedicated)
        {
            dedicated.EndAttempt();
        }

        var loss = new Loss(cause, mayHaveExecuted);
        if (Holder is { } holder)
        {
            _ = holder.TryRecoverFromLoss(request, loss, owner.Recovery.Node);
        }
        else
        {
            owner.Recovery.HandleLoss(request, loss);
        }
    }

    void IConnectionOwner.OnDrained(RespConnection connection)
    {
    }

    void IConnectionOwner.OnEnded(RespConnection connection, Exception cause)
    {
        if (_isLost)
        {
            owner.NoteLost(cause);
        }
    }
}
