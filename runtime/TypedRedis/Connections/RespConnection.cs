using System.Net.Sockets;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// One open byte stream to a server, shared by all callers: commands go in at one end (<see cref="CommandSender"/>), replies come out at the other
/// in the same order (<see cref="ReplyReceiver"/>), read by a <see cref="ConnectionReader"/>. It lives once: after an error it only reports what was lost.
/// </summary>
internal sealed class RespConnection : IDisposable, IReceiverOwner
{
    private readonly Transport _transport;
    private readonly IConnectionOwner _owner;
    private readonly RequestQueue _inFlight = new();
    private readonly CompletionQueue _completions;
    private readonly CommandSender _sender;
    private readonly ReplyReceiver _receiver;
    private readonly ConnectionHealth _health;
    private readonly LifecycleCalls _lifecycle;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConnectionReader? _reader;
    private long _setUpReplies;

    public RespConnection(RedisEndpoint endpoint, Transport transport, ConnectionSettings settings, IConnectionOwner owner)
    {
        Endpoint = endpoint;
        _transport = transport;
        _owner = owner;
        _completions = new CompletionQueue(endpoint, settings.Logger);
        _sender = new CommandSender(endpoint, transport, _inFlight, _completions, Counters, settings.MaxInFlightBytes, settings.Arrays, Fail);
        _completions.Sender = _sender;
        var pushes = new PushDispatcher(endpoint, settings.Logger, new UnhandledPushes(endpoint, settings.Logger, Counters));
        _receiver = new ReplyReceiver(_inFlight, _completions, this, pushes, Counters, settings.Limits, settings.Arrays);
        _health = new ConnectionHealth(this, settings);
        _lifecycle = new LifecycleCalls(this, settings.Lifecycles, settings.Logger);
    }

    public RedisEndpoint Endpoint { get; }

    public bool IsClosed => CloseCause is not null;

    /// <summary>Why the connection ended; null while it is open.</summary>
    public Exception? CloseCause => _sender.CloseCause;

    /// <summary>Counts of what went through this connection.</summary>
    public ConnectionCounters Counters { get; } = new();

    /// <summary>How long the set-up took, ms: some round trips, and what a server that works takes for them.</summary>
    public long SetUpMilliseconds { get; private set; }

    /// <summary>Whether anything was answered after the set-up.</summary>
    public bool WasOfUse => Counters.Replies > Volatile.Read(ref _setUpReplies);

    /// <summary>Whether replies are outstanding.</summary>
    public bool IsOwed => _inFlight.Count > 0;

    /// <summary>Whether the oldest call was completed without its reply, by its deadline or its caller.</summary>
    public bool IsOldestCompleted => _sender.IsOldestCompleted;

    /// <summary>Begins to read. Not before, so that the owner knows the connection when its first events come.</summary>
    public void Start() => _reader = ConnectionReader.Start(this, _transport, _receiver, _completions);

    /// <summary>Has the state restored that others keep on the connection; once, behind the handshake.</summary>
    public Task RestoreAsync(CancellationToken cancellationToken) => _lifecycle.RestoreAsync(cancellationToken);

    /// <summary>Notes that the set-up is over, all replies to it included.</summary>
    /// <param name="milliseconds">How long it took.</param>
    public void NoteSetUp(long milliseconds)
    {
        SetUpMilliseconds = milliseconds;
        Volatile.Write(ref _setUpReplies, Counters.Replies);
    }

    /// <summary>Queues a command that was just written.</summary>
    public SendOutcome TrySend(PendingRequest request, ref RequestWriter writer) => _sender.TrySend(request, ref writer);

    /// <summary>Queues a command that keeps its own frame, behind its prefix if it has one.</summary>
    public SendOutcome TrySend(PendingRequest request) => _sender.TrySend(request);

    /// <summary>
    /// The same for callers that hold a lock, which no send must be made under: they call <see cref="FlushAppended"/> once they have let go of it.
    /// </summary>
    public SendOutcome TryAppend(PendingRequest request) => _sender.TryAppend(request);

    /// <summary>Sends what was queued by <see cref="TryAppend"/>, or has it sent at the end of the round.</summary>
    public void FlushAppended() => _sender.FlushAppended();

    /// <summary>Whether this is the connection of that sender.</summary>
    public bool SendsBy(CommandSender sender) => _sender == sender;

    /// <summary>Ends the connection; requests in flight are reported lost with this cause.</summary>
    public void Close(Exception cause)
    {
        if (_sender.TryClose(cause))
        {
            Abort();
        }
    }

    /// <summary>
    /// Ends the connection if nothing is in flight. Somebody who sends at this moment either comes before, and the connection stays, or is told that
    /// it has ended: no command goes to a server that it is not waited for.
    /// </summary>
    public void CloseIfIdle(Exception cause)
    {
        if (_sender.TryCloseIfIdle(cause))
        {
            Abort();
        }
    }

    /// <summary>Ends the connection; its reader then frees what it owns.</summary>
    public void Dispose() => Close(new RedisConnectionException("The connection was closed."));

    /// <summary>Closes and waits until everything lost has been reported.</summary>
    public async ValueTask CloseAsync(Exception cause)
    {
        Close(cause);
        await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>Ends the connection by what sending or reading threw.</summary>
    public void Fail(Exception thrown) => Close(Lost(thrown));

    /// <summary>Ends the connection, frees what it owns and reports what was lost; by its reader, which then reads no more.</summary>
    public void End(Exception cause)
    {
        Close(cause);
        try
        {
            _transport.Dispose();
        }
        catch (Exception)
        {
            // What was in flight must be reported all the same.
        }

        cause = CloseCause!;
        _lifecycle.End(cause);
        _owner.OnClosed(this, cause);
        _receiver.ReportLost(cause);
        _owner.OnDrained(this);
        _receiver.Dispose();
        _ended.TrySetResult();
        _owner.OnEnded(this, cause);
    }

    /// <summary>The error of a connection whose transport has thrown.</summary>
    public RedisConnectionException Lost(Exception thrown) => new(
        thrown is SocketException or IOException ? $"The connection was lost: {thrown.Message}" : "The connection was lost.",
        thrown)
    {
        Endpoint = Endpoint,
    };

    /// <summary>How long replies have been outstanding and nothing has come, ms; 0 if none are. As of the last tick.</summary>
    public long SilentFor() => _health.SilentFor();

    /// <summary>Completes calls whose deadline has passed, and ends the connection if it is dead; to be called at intervals of some 20 ms.</summary>
    /// <param name="now">The client's clock.</param>
    public void TimeOut(long now)
    {
        _reader?.Watch();
        _sender.TimeOut(now);
        _health.Check(now);
    }

    /// <summary>Whether nothing has been sent or received for so long that the server is to be asked for a sign of life. As of the last tick.</summary>
    public bool IsPingDue(long now) => _health.IsPingDue(now);

    /// <summary>Appends a PING, as <see cref="TryAppend"/> does: not on a connection of which somebody has the use, where it could end up within a transaction.</summary>
    /// <returns>Whether there is something to flush.</returns>
    public bool TryAppendPing(long now) => _health.TryAppendPing(now);

    bool IReceiverOwner.OnError(PendingRequest request, in ErrorReply error) => _owner.OnError(request, error);

    void IReceiverOwner.OnAnswered(long bytes)
    {
        if (_sender.NoteAnswered(bytes))
        {
            _owner.OnRoom(this);
        }
    }

    void IReceiverOwner.OnAnswered(SendSegment segment) => _sender.Recycle(segment);

    void IReceiverOwner.OnLost(PendingRequest request, Exception cause, bool mayHaveExecuted) => _owner.OnLost(request, cause, mayHaveExecuted);

    private void Abort()
    {
        // The reader notices, since a receive under way ends, and reports what was lost: it alone takes requests out.
        try
        {
            // Commands without a reply may be sent again. Those that the server gets first after that would be executed behind their repetition.
            _transport.Abort(drop: IsOwed);
        }
        catch (Exception)
        {
            // It is of no use any more, whatever state it is in.
        }
    }
}
