using TypedRedis.Buffers;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// A command between its call and its completion. At any time one party holds it (a connection that awaits its reply, a queue, or
/// a retry); besides that party only cancellation and deadline may complete it, and its <see cref="RequestClaim"/> decides who was first.
/// </summary>
internal abstract class PendingRequest : IThreadPoolWorkItem
{
    private RequestClaim _claim;
    private RequestFrame _frame;
    private bool _isCancellable;
    private Exception? _failure;
    private RequestHistory? _history;
    private RequestObservation? _observation;
    private CancellationTokenRegistration _cancellation;

    protected PendingRequest()
        : this(ByteArrays.Shared)
    {
    }

    /// <summary>A request that keeps its frame in arrays from there.</summary>
    protected PendingRequest(ByteArrays arrays) => _frame = new RequestFrame(arrays);

    public CommandInfo Command { get; private set; } = null!;

    /// <summary>Which bucket the keys are in, as the client's <see cref="KeyHasher"/> says; −1 if there are none.</summary>
    public int Bucket { get; private set; }

    /// <summary>How often the frame was appended to a connection.</summary>
    public int Attempts { get; private set; }

    /// <summary>Moment of the client's clock by which the call must be done.</summary>
    public long DeadlineTimestamp { get; protected set; }

    /// <summary>What goes right before the frame in the next attempt, and only there; null for nothing.</summary>
    public UnawaitedReply? Prefix
    {
        get => _history?.Prefix;
        set
        {
            if (value is not null || _history is not null)
            {
                (_history ??= new RequestHistory()).Prefix = value;
            }
        }
    }

    /// <summary>Whether this is a <see cref="PendingBatch"/>.</summary>
    public bool IsBatch { get; protected init; }

    /// <summary>Whether this is an <see cref="UnawaitedReply"/>.</summary>
    public bool IsUnawaited { get; protected init; }

    /// <summary>How many commands the frame has, and so how many replies come.</summary>
    public int CommandCount { get; private set; } = 1;

    /// <summary>Who decides what becomes of it, in place of whom the node asks; null for the latter.</summary>
    public virtual IRequestRecovery? OwnRecovery => null;

    /// <summary>Endpoint of the attempt under way or last made; null before the first.</summary>
    public RedisEndpoint? Endpoint => _frame.Segment?.Endpoint ?? _history?.Endpoint;

    /// <summary>What those who send it again keep with it; null if there is nothing.</summary>
    public RequestNotes? Notes
    {
        get => _history?.Notes;
        set => (_history ??= new RequestHistory()).Notes = value;
    }

    /// <summary>Identifies the present use of the object, for <see cref="Abandon"/>.</summary>
    public long Use => _claim.Use;

    /// <summary>Whether somebody completed the call, or is about to.</summary>
    public bool IsCompleted => _claim.IsClaimed;

    /// <summary>The segment of the connection that holds the frame; null if the request keeps it itself.</summary>
    public SendSegment? Segment => _frame.Segment;

    public int FrameLength => _frame.Length;

    /// <summary>The command's bytes, for the party that holds the request.</summary>
    public ReadOnlySpan<byte> Frame => _frame.Bytes;

    /// <summary>Whether bytes of the frame were given to the transport.</summary>
    public bool MayHaveBeenSent => _frame.MayHaveBeenSent;

    /// <summary>Where the frame ends in its segment.</summary>
    public int FrameEnd => _frame.End;

    /// <summary>Notes that an attempt that was lost may have executed it; by the party that holds it.</summary>
    public void NoteMayHaveExecuted() => (_history ??= new RequestHistory()).MayHaveExecuted = true;

    /// <summary>Notes why a server did not execute it, for the error at the deadline; by the party that holds it.</summary>
    public void NoteRefusal(RedisException refusal) => (_history ??= new RequestHistory()).Refusal = refusal;

    /// <summary>Notes where a connection keeps the frame, which is one more attempt.</summary>
    public void SetFrame(SendSegment segment, int offset, int length)
    {
        _frame.MoveTo(segment, offset, length);
        Attempts++;
    }

    /// <summary>Copies the frame out of the connection, for another attempt.</summary>
    public void RetainFrame()
    {
        if (!_frame.IsKept)
        {
            ReplaceFrame(Frame);
        }
    }

    /// <summary>Keeps a frame that no connection has taken.</summary>
    public void RetainFrame(ReadOnlySpan<byte> frame) => _frame.Keep(frame);

    /// <summary>Keeps a frame of several commands; takes the array over.</summary>
    protected void RetainFrame(byte[] frames, int length, int commands)
    {
        _frame.TakeOver(frames, length);
        CommandCount = commands;
    }

    /// <summary>Keeps another frame than the one that was sent, for another attempt.</summary>
    public void ReplaceFrame(ReadOnlySpan<byte> frame)
    {
        (_history ??= new RequestHistory()).Endpoint = Endpoint;
        _frame.Keep(frame);
    }

    /// <summary>Forgets the frame: the holder is done with the request.</summary>
    public void ReleaseFrame() => _frame.Release();

    /// <summary>Sets the call's result from a reply, for the party that holds the request.</summary>
    /// <returns>Whether <see cref="RunContinuation"/> is to follow; false if the call was completed before.</returns>
    public bool TryComplete(ref RespReader reader)
    {
        if (!_claim.TryClaim())
        {
            ReleaseFrame();
            OnLateReply();
            return false;
        }

        try
        {
            DecodeResult(ref reader);
        }
        catch (RedisException failure)
        {
            _failure = WithContext(failure);
        }
        catch (Exception failure)
        {
            // A converter of the user's failed; the connection's framing is not touched by that.
            _failure = WithContext(new RedisReplyException($"The reply could not be converted: {failure.GetType().Name}.", failure));
        }

        _observation?.NoteAnswer(Endpoint);
        ReleaseFrame();
        return true;
    }

    /// <summary>Completes the call with an error, for the party that holds the request.</summary>
    public void Fail(Exception failure)
    {
        bool claimed = _claim.TryClaim();
        if (claimed)
        {
            _failure = failure is RedisException redis ? WithContext(redis) : failure;
        }

        ReleaseFrame();
        if (claimed)
        {
            Signal();
        }
    }

    /// <summary>
    /// Completes the call with an error, whoever holds it: for when something was thrown while it was handed on, so that nobody knows whether
    /// it still has a holder. As after a cancellation, a holder keeps the frame and finds the call completed.
    /// </summary>
    /// <param name="use">The use of the object that is meant; another one is left alone.</param>
    /// <param name="failure">The error.</param>
    public void Abandon(long use, RedisException failure)
    {
        if (_claim.TryAbandon(use))
        {
            _failure = WithContext(failure);
            Signal();
        }
    }

    /// <summary>Completes the call if its deadline has passed; for anybody.</summary>
    /// <returns>Whether it did.</returns>
    public bool TryTimeOut(long now, RedisEndpoint endpoint, Exception? lastError)
    {
        // The version is read first: a deadline read afterwards belongs to this use or the claim fails.
        long use = _claim.Use;
        if (DeadlineTimestamp > now || !_claim.TryAbandon(use))
        {
            return false;
        }

        // Attempts before this one count if they were lost, which is noted beside; those that a server has refused did not execute it.
        bool isInFlight = _frame.Segment is not null;
        string what = isInFlight
            ? "The call did not finish in time: no reply has arrived."
            : lastError is null
                ? "The call did not finish in time: it was still waiting to be sent."
                : $"The call did not finish in time: it was still waiting for a connection. Last error: {UserCode.MessageOf(lastError)}";
        _failure = WithContext(new RedisTimeoutException(what, lastError ?? _history?.Refusal) { MayHaveExecuted = isInFlight, Endpoint = endpoint });
        Signal();
        return true;
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (RunContinuation() is { } thrown)
        {
            UserCode.Trace(thrown);
        }
    }

    /// <summary>Lets the awaiter go on, on this thread.</summary>
    /// <returns>What the awaiter threw, which only awaiters of a special kind do. This thread and the call are done with it.</returns>
    public Exception? RunContinuation()
    {
        try
        {
            if (_observation is { } observation)
            {
                _observation = null;
                observation.End(this, _failure);
            }

            // The awaiter continues inside this call and gives the object back; nothing may be touched afterwards.
            if (_failure is { } failure)
            {
                SetException(failure);
            }
            else
            {
                SetResult();
            }

            return null;
        }
        catch (Exception thrown)
        {
            return thrown;
        }
    }

    /// <summary>Begins a use of the object.</summary>
    protected void Begin(CommandInfo command, int bucket, long deadline)
    {
        Command = command;
        Bucket = bucket;
        DeadlineTimestamp = deadline;
        _claim.Begin();
    }

    /// <summary>Has somebody told of the call's end; to be called before anything can end it.</summary>
    public void Observe(RequestObservation observation) => _observation = observation;

    /// <summary>Lets a token end the call; to be called before the request is handed on.</summary>
    public void RegisterCancellation(CancellationToken cancellationToken)
    {
        _isCancellable = true;
        _cancellation = cancellationToken.UnsafeRegister(static (state, token) => ((PendingRequest)state!).Cancel(token), this);
    }

    /// <summary>Ends a use of the object, once the awaiter has its result.</summary>
    /// <returns>Whether the object may be used again: not if a connection may still refer to it.</returns>
    protected bool TryEnd()
    {
        if (_isCancellable)
        {
            // Waits for a callback that is just running, so that it cannot meet the next use.
            _cancellation.Dispose();
            _cancellation = default;
            _isCancellable = false;
        }

        if (_claim.IsAbandoned)
        {
            return false;
        }

        Attempts = 0;
        if (_failure is not null)
        {
            _failure = null;
        }

        if (_history is not null)
        {
            _history = null;
        }

        return true;
    }

    /// <summary>A reply that is no error has come after the call was completed. By the reader; must not throw.</summary>
    protected virtual void OnLateReply()
    {
    }

    protected abstract void DecodeResult(ref RespReader reader);

    protected abstract void SetResult();

    protected abstract void SetException(Exception failure);

    private void Cancel(CancellationToken token)
    {
        if (_claim.TryAbandon(_claim.Use))
        {
            _failure = new OperationCanceledException(token);
            Signal();
        }
    }

    // One pool item each: this is for calls that end without a reply, wherever that is noticed.
    private void Signal() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    private RedisException WithContext(RedisException failure)
    {
        failure.Command ??= Command.Name;
        failure.Endpoint ??= Endpoint;
        failure.NoteBucket(Bucket);
        failure.Attempts = Attempts;
        failure.MayHaveExecuted |= _history is { MayHaveExecuted: true };
        _history?.Notes?.AddTo(failure);
        return failure;
    }
}
