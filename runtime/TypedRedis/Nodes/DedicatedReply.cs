using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Nodes;

/// <summary>
/// A pending command with a connection to itself. A call that ends without its reply closes the connection, so that the server stops
/// working on the command; with its reply, the connection goes back to where it was rented.
/// </summary>
/// <typeparam name="T">The result's type.</typeparam>
internal sealed class DedicatedReply<T> : PendingReply<T>, IDedicatedRequest
{
    // A server looks for what has blocked long enough several times a second; one that works is not this late.
    private const long MarginMilliseconds = 5_000;

    // An attempt that took so long has blocked, and was not merely refused.
    private const long BlockedMilliseconds = 1_000;

    private readonly Clock _clock;
    private readonly long _deadline;
    private readonly long _reachMilliseconds;
    private readonly long? _blockedMilliseconds;
    private readonly bool _keepsConnection;
    private DedicatedConnection? _connection;
    private long _reachDeadline;
    private bool _isAnswered;

    /// <summary>A call that is about to be sent.</summary>
    /// <param name="command">The command.</param>
    /// <param name="bucket">Which bucket the keys are in; −1 if there are none.</param>
    /// <param name="decoder">How to read the reply.</param>
    /// <param name="clock">The client's clock.</param>
    /// <param name="deadline">Moment by which the call must be done; <see cref="long.MaxValue"/> for never.</param>
    /// <param name="reachMilliseconds">How long it may take until a server takes the command, at first and whenever one has ended the wait; the time in which one had it does not count.</param>
    /// <param name="blockedMilliseconds">How long the server lets it block; null if that is not known or has no limit. A reply that is 5 s late will not come.</param>
    /// <param name="keepsConnection">Whether the connection is not given back after a good reply: it is the caller's then.</param>
    public DedicatedReply(CommandInfo command, int bucket, ReplyDecoder<T> decoder, Clock clock, long deadline, long reachMilliseconds, long? blockedMilliseconds, bool keepsConnection)
        : base(decoder)
    {
        _clock = clock;
        _deadline = deadline;
        _reachMilliseconds = reachMilliseconds;
        _blockedMilliseconds = blockedMilliseconds;
        _keepsConnection = keepsConnection;
        _reachDeadline = clock.After(reachMilliseconds);
        Begin(command, bucket, Math.Min(deadline, _reachDeadline));
    }

    /// <summary>The connection kept; null before the good reply.</summary>
    public DedicatedConnection? Connection => _connection;

    public Admission Admission { get; } = new();

    public long AttemptBegan { get; private set; }

    public long SetUpMilliseconds { get; private set; }

    public void BeginAttempt(DedicatedConnection connection)
    {
        AttemptBegan = _clock.Now;
        SetUpMilliseconds = connection.SetUpMilliseconds;
        DeadlineTimestamp = _blockedMilliseconds is { } blocked ? Math.Min(_deadline, AttemptBegan + blocked + MarginMilliseconds) : _deadline;
        Interlocked.Exchange(ref _connection, connection);
    }

    public bool EndAttempt()
    {
        long lasted = _clock.Now - AttemptBegan;
        if (lasted >= BlockedMilliseconds)
        {
            _reachDeadline = _clock.After(_reachMilliseconds);
        }
        else if (_reachDeadline != long.MaxValue)
        {
            // A server had the command meanwhile: it may have blocked for a short while, however little time there is to reach one.
            _reachDeadline += lasted;
        }

        DeadlineTimestamp = Math.Min(_deadline, _reachDeadline);
        return Interlocked.Exchange(ref _connection, null) is not null;
    }

    protected override void DecodeResult(ref RespReader reader)
    {
        _isAnswered = true;
        base.DecodeResult(ref reader);
    }

    protected override void SetResult()
    {
        if (_keepsConnection)
        {
            _connection!.Keep(Admission);
        }
        else
        {
            Interlocked.Exchange(ref _connection, null)?.Release();
            Admission.End();
        }

        base.SetResult();
    }

    protected override void SetException(Exception failure)
    {
        DedicatedConnection? connection = Interlocked.Exchange(ref _connection, null);
        if (_isAnswered)
        {
            connection?.Release();
        }
        else
        {
            connection?.Discard(new RedisConnectionException("The call that had this connection to itself ended before its reply came.", failure));
        }

        // Before the caller goes on, who may make the next call at once.
        Admission.End();
        base.SetException(failure);
    }

    // Another thread may still be looking at it.
    protected override void Recycle()
    {
    }
}
