using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis;

/// <summary>
/// What becomes of the commands of a <see cref="RedisWatch"/> that fail. A watch is bound to its connection: nothing is sent again elsewhere. The connection
/// refers to this, so this does not refer to the watch: one that is not disposed could never be collected.
/// </summary>
internal sealed class WatchRecovery(DedicatedConnection connection) : IRequestRecovery
{
    private Exception? _failure;
    private int _writes;

    /// <summary>Why the keys are watched no more; null while all is well.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Whether the server may have executed something that writes: all of it that was sent and not redirected.</summary>
    public bool MayHaveWritten => Volatile.Read(ref _writes) > 0;

    /// <summary>Whether what was sent counts as a write. A transaction is counted when it has ended.</summary>
    public static bool IsWrite(PendingRequest request) => request is PendingBatch
        ? request is PipelinePart { MayWrite: true }
        : request.Command.Retry != RetryClass.ReadOnly && (request.Command.Flags & CommandFlags.Session) == 0;

    /// <summary>Counts writes, or takes them back.</summary>
    public void CountWrites(int count) => Interlocked.Add(ref _writes, count);

    /// <summary>Notes why the keys are watched no more; the first reason counts.</summary>
    public void NoteFailure(Exception failure) => Interlocked.CompareExchange(ref _failure, failure, null);

    /// <summary>
    /// The error of a command that was not executed because the slot has gone or the connection has ended. After a write it must not look like something to be
    /// tried again.
    /// </summary>
    public RedisException Ended()
    {
        Exception? cause = Failure ?? connection.CloseCause;
        return MayHaveWritten
            ? new RedisConnectionException("The watch has ended after something was written; this command was not executed.", cause) { IsFinal = true, Endpoint = connection.Endpoint }
            : new RedisWatchException("The keys could not be watched to the end; nothing was written.", cause) { Endpoint = connection.Endpoint };
    }

    public bool TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source)
    {
        if (request.Command.MayFailAfterWriting)
        {
            request.NoteMayHaveExecuted();
        }

        if (Decide(request, SetbackReader.Read(error), mayHaveExecuted: false).Verdict != Verdict.WatchEnded)
        {
            return false;
        }

        // The slot moves, and no EXEC here would notice what happens to the keys over there.
        NoteFailure(error.ToException());
        CountWrites(IsWrite(request) ? -1 : 0);
        request.Fail(Ended());
        return true;
    }

    public bool TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source)
    {
        NoteFailure(loss.Cause);
        bool isTransaction = request is TransactionPart;
        // Those beside a transaction were counted when they were to be sent.
        CountWrites(loss.MayHaveExecuted ? isTransaction ? 1 : 0 : IsWrite(request) ? -1 : 0);
        Decision decision = Decide(request, SetbackReader.Read(loss), loss.MayHaveExecuted);
        request.Fail(decision.Verdict == Verdict.OutcomeUnknownAtEnd ? OutcomeUnknown.OfWatch(loss.Cause) : Ended());
        return true;
    }

    private static Decision Decide(PendingRequest request, Setback setback, bool mayHaveExecuted) => RetryPolicy.Decide(new Attempt
    {
        Setback = setback,
        Retry = request is TransactionPart || IsWrite(request) ? RetryClass.NotIdempotent : RetryClass.ReadOnly,
        MayHaveExecuted = mayHaveExecuted,
        Binding = Binding.Watch,
    });
}
