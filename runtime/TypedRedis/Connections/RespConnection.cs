using Microsoft.Extensions.Logging;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>What became of a request given to a connection.</summary>
internal enum SendOutcome
{
    /// <summary>Its frame is queued; its reply, or its loss, will be reported.</summary>
    Sent,

    /// <summary>Too many bytes are in flight; the owner hears when there is room.</summary>
    Full,

    /// <summary>The connection has ended, or the one that the request is tied to.</summary>
    Closed,
}

/// <summary>
/// One open byte stream to a server, shared by all callers. Commands are appended under a short lock; replies come back in the
/// same order. It lives once: after an error it only reports what was lost.
/// </summary>
internal sealed partial class RespConnection : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Transport _transport;
    private readonly IConnectionOwner _owner;
    private readonly ILogger _logger;
    private readonly RespLimits _limits;
    private readonly long _maxInFlightBytes;
    private readonly SendQueue _sendQueue;
    private readonly RequestQueue _inFlight = new();
    private Exception? _closeCause;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public RespConnection(RedisEndpoint endpoint, Transport transport, ConnectionSettings settings, IConnectionOwner owner)
    {
        Endpoint = endpoint;
        _transport = transport;
        _owner = owner;
        _logger = settings.Logger;
        _limits = settings.Limits;
        _maxInFlightBytes = settings.MaxInFlightBytes;
        _sendQueue = new SendQueue(endpoint, _maxInFlightBytes);
        _scanner = new RespScanner(_limits);
        _flushItem = new FlushItem(this);
        _completions = new CompletionQueue(this);
        _readItem = new ReadItem(this);
        _onReceived = () => Read(hasArrived: true);
        _pingAfter = settings.PingAfterMilliseconds;
        _silenceLimit = settings.SilenceLimitMilliseconds;
        _silence = new SilenceWatch(settings.Clock.Now);
    }

    public RedisEndpoint Endpoint { get; }

    public bool IsClosed => CloseCause is not null;

    /// <summary>Why the connection ended; null while it is open.</summary>
    public Exception? CloseCause => Volatile.Read(ref _closeCause);

    /// <summary>Counts of what went through this connection.</summary>
    public ConnectionCounters Counters { get; } = new();

    /// <summary>Begins to read. Not before, so that the owner knows the connection when its first events come.</summary>
    public void Start()
    {
        if (!TryReadByLoop())
        {
            ThreadPool.UnsafeQueueUserWorkItem(_readItem, preferLocal: false);
        }
    }

    /// <summary>Ends the connection; requests in flight are reported lost with this cause.</summary>
    public void Close(Exception cause)
    {
        lock (_gate)
        {
            if (_closeCause is not null)
            {
                return;
            }

            Volatile.Write(ref _closeCause, cause);
        }

        Abort();
    }

    /// <summary>
    /// Ends the connection if nothing is in flight. Somebody who sends at this moment either comes before, and the connection stays, or is told that
    /// it has ended: no command goes to a server that it is not waited for.
    /// </summary>
    public void CloseIfIdle(Exception cause)
    {
        lock (_gate)
        {
            if (_closeCause is not null || _inFlight.Count > 0)
            {
                return;
            }

            Volatile.Write(ref _closeCause, cause);
        }

        Abort();
    }

    /// <summary>Ends the connection; its reader then frees what it owns.</summary>
    public void Dispose() => Close(new RedisConnectionException("The connection was closed."));

    /// <summary>Closes and waits until everything lost has been reported.</summary>
    public async ValueTask CloseAsync(Exception cause)
    {
        Close(cause);
        await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>Tells of what a continuation threw.</summary>
    public void NoteThrown(Exception thrown) => ConnectionLog.ContinuationThrew(_logger, Endpoint, thrown);

    /// <summary>Completes calls whose deadline has passed, and ends the connection if it is dead; to be called at intervals of some 20 ms.</summary>
    /// <param name="now">The client's clock.</param>
    /// <param name="mayPing">Whether a PING may be sent when nothing else is: not on a connection of which somebody has the use.</param>
    public void TimeOut(long now, bool mayPing)
    {
        _completions.Watch();
        _loop?.Watch();
        if (_inFlight.HasOverdue(now))
        {
            lock (_gate)
            {
                _inFlight.TimeOut(now, Endpoint);
            }
        }

        CheckHealth(now, mayPing);
    }

    private void Abort()
    {
        // The reader notices, since a receive under way ends, and reports what was lost: it alone takes requests out.
        try
        {
            _transport.Abort();
        }
        catch (Exception)
        {
            // It is of no use any more, whatever state it is in.
        }
    }
}
