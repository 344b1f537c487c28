using TypedRedis.Buffers;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// Several commands that go out in one piece, with one place in the queue of a connection for all their replies. What becomes of each
/// command is its owner's to decide: a connection only hands replies over, and says how the batch ended.
/// </summary>
internal abstract class PendingBatch : PendingRequest, IRequestRecovery
{
    private static readonly CommandInfo s_command = new("pipeline", CommandFlags.Keyless, RetryClass.NotIdempotent);

    private Exception? _thrown;
    private RedisConnectionException? _givenUp;
    private bool _isStopped;
    private int _repliesLeft;

    protected PendingBatch() => IsBatch = true;

    /// <summary>Whether commands without a reply may have been executed; to be read once the batch has ended with an error.</summary>
    public bool MayHaveExecuted { get; private set; }

    /// <summary>To be held by the reader while it hands replies over: once for all that have arrived together.</summary>
    public Lock Gate { get; } = new();

    /// <summary>What keeps it to the connection of batches before it; null if it may go over any.</summary>
    public ConnectionTie? Tie { get; private set; }

    /// <summary>Makes the batch ready to be sent.</summary>
    /// <param name="frames">The commands' bytes, from <see cref="ByteArrays.Shared"/>; the batch returns it.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="replies">How many replies will come.</param>
    /// <param name="deadline">Moment of the client's clock by which all must have come.</param>
    /// <param name="tie">What keeps it to the connection of batches before it; null if it may go over any.</param>
    public void Prepare(byte[] frames, int length, int replies, long deadline, ConnectionTie? tie = null)
    {
        Tie = tie;
        _repliesLeft = replies;
        _isStopped = false;
        _thrown = null;
        _givenUp = null;
        MayHaveExecuted = false;
        Begin(s_command, bucket: -1, deadline);
        RetainFrame(frames, length, replies);
    }

    /// <summary>Takes the next reply; by the reader, which holds <see cref="Gate"/>.</summary>
    /// <returns>Whether it was the last one.</returns>
    /// <exception cref="RedisConnectionException">What the server does with the connection is unknown from here on, so that it must end.</exception>
    public bool Accept(ref RespReader reader)
    {
        if (!_isStopped)
        {
            try
            {
                Receive(ref reader);
            }
            catch (Exception thrown)
            {
                // Code of the user's, so it may be any exception. Nobody knows what the batch has made of this reply; it is told so at its end. The
                // connection goes on.
                _thrown ??= thrown;
                MayHaveExecuted = true;
            }

            if (_givenUp is { } cause)
            {
                throw cause;
            }
        }

        return --_repliesLeft == 0;
    }

    /// <summary>From here on no reply is received any more; one that is just being read is waited for.</summary>
    public void Stop()
    {
        lock (Gate)
        {
            _isStopped = true;
        }
    }

    /// <summary>Its owner decides what becomes of its commands, so nobody else does.</summary>
    public sealed override IRequestRecovery OwnRecovery => this;

    bool IRequestRecovery.TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source) => false;

    bool IRequestRecovery.TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source)
    {
        MayHaveExecuted = loss.MayHaveExecuted;
        // Before it fails: whoever sent it may still be about to send those behind it.
        Tie?.Break();
        // What ended the connection before says nothing of commands that have only waited for the next one.
        Fail(loss.IsWaiting ? new RedisConnectionException("There is no connection yet.", loss.Cause) { Endpoint = source.Endpoint } : ErrorCopy.Of(loss.Cause));
        return true;
    }

    /// <summary>Deals with one reply, an error as the case may be. What it throws becomes the batch's error, once all replies have come.</summary>
    protected abstract void Receive(ref RespReader reader);

    /// <summary>Ends the connection behind the reply that is being received: what the server does with it is unknown from there on.</summary>
    protected void GiveUp(RedisConnectionException cause) => _givenUp = cause;

    protected sealed override void DecodeResult(ref RespReader reader)
    {
        // Each reply was dealt with as it came.
        if (_thrown is { } thrown)
        {
            throw UserCode.Wrap(thrown);
        }
    }
}
