using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Routing;

/// <summary>
/// What becomes of a command that got no reply but an error of the server's or a loss. The one table for every topology and every kind of call: a pure
/// function that changes nothing; whoever asks carries the decision out.
/// </summary>
internal static class RetryPolicy
{
    /// <summary>Redis's own clients give up here too; a cluster that is merely changing needs two or three.</summary>
    public const int MaxRedirects = 16;

    /// <summary>How long a command waits whose slot has no owner, unless the topology is read earlier.</summary>
    public static readonly TimeSpan NoOwnerDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// A command that blocks counts as having waited if its answer came so late, beyond what the set-up of its connection took: far away an answer is as late without a wait. A
    /// redirect that comes earlier only tells a client with an old map where the slot is.
    /// </summary>
    public static readonly TimeSpan WaitedAfter = TimeSpan.FromMilliseconds(250);

    // From so many redirects on, nodes disagree and need time to learn from each other.
    private const int RedirectsWithoutDelay = 4;

    /// <summary>Decides about one attempt that has ended.</summary>
    public static Decision Decide(in Attempt attempt)
    {
        Decision decision = attempt.Setback switch
        {
            Setback.Loss or Setback.NotConnected or Setback.Hopeless or Setback.Disposed => AfterLoss(attempt),
            _ when attempt.Binding != Binding.None => OfBound(attempt),
            Setback.Moved or Setback.Ask or Setback.ClusterDown or Setback.ForcedUnblock when MissesNew(attempt) =>
                new(Verdict.Fail, LooksAnew: attempt.Setback is Setback.ClusterDown or Setback.ForcedUnblock),
            Setback.Moved or Setback.Ask => attempt.FollowsRedirects ? AfterRedirect(attempt) : Decision.Fail,
            // A key of several is on its way to another node. Asked for one by one, each can be had on one node or the other.
            Setback.TryAgain => attempt.IsGroupOfKeys ? Decision.Fail : Later(attempt, looksAnew: false) with { MayBeOvertaken = true },
            Setback.ClusterDown or Setback.Loading or Setback.MasterDown or Setback.ForcedUnblock => Later(attempt, looksAnew: true),
            // One that is known as a replica is asked what replicas are asked, and is right to refuse.
            Setback.ReadOnly => attempt.IsKnownReplica ? Decision.Fail : Later(attempt, looksAnew: true),
            Setback.NoOwner => new(Verdict.Later, NoOwnerDelay, LooksAnew: true),
            _ => Decision.Fail,
        };
        return decision.IsSentAgain && attempt.IsOverdue ? decision with { Verdict = Verdict.TimedOut } : decision;
    }

    /// <summary>Whether a command may be sent again though it may have been executed.</summary>
    /// <param name="retry">The command's retry class.</param>
    /// <param name="repeatsAll">Whether the user takes the risk that any command is executed twice.</param>
    public static bool MayRepeat(RetryClass retry, bool repeatsAll) => repeatsAll || retry != RetryClass.NotIdempotent;

    // The server's error is the caller's. But a slot that moves takes its keys to where nobody watches them.
    private static Decision OfBound(in Attempt attempt) =>
        attempt is { Binding: Binding.Watch, Setback: Setback.Moved or Setback.Ask } ? new(Verdict.WatchEnded, LooksAnew: true) : Decision.Fail;

    // One that has waited for what is added from now on, so that its caller may count on being told of what is added meanwhile.
    private static bool MissesNew(in Attempt attempt) => attempt.AsksForNew && (attempt.Setback == Setback.ForcedUnblock || attempt.AnsweredAfter >= WaitedAfter + attempt.SetUp);

    private static Decision Later(in Attempt attempt, bool looksAnew) => new(Verdict.Later, Backoff.After(attempt.Attempts), looksAnew);

    private static Decision AfterRedirect(in Attempt attempt)
    {
        if (attempt.Redirects > MaxRedirects)
        {
            return new(Verdict.TooManyRedirects);
        }

        // While ASK is said the slot is half migrated.
        bool mayBeOvertaken = attempt.Setback == Setback.Ask;
        return attempt.Redirects > RedirectsWithoutDelay
            ? new(Verdict.Later, Backoff.After(attempt.Redirects - RedirectsWithoutDelay), MayBeOvertaken: mayBeOvertaken)
            : new(mayBeOvertaken ? Verdict.AskingTarget : Verdict.ToTarget, MayBeOvertaken: mayBeOvertaken);
    }

    private static Decision AfterLoss(in Attempt attempt) => attempt.Binding switch
    {
        Binding.Watch => new(attempt.MayHaveExecuted && attempt.Retry != RetryClass.ReadOnly ? Verdict.OutcomeUnknownAtEnd : Verdict.WatchEnded),
        // What belongs to a connection ended with it.
        Binding.Connection => Decision.Fail,
        Binding.Node when attempt.Setback == Setback.NotConnected => new(Verdict.Stay),
        Binding.Node => AtEnd(attempt),
        _ when attempt.Setback is Setback.Hopeless or Setback.Disposed => AtEnd(attempt),
        // Whoever lets commands be executed twice has not agreed to missing something.
        _ => attempt.MayHaveExecuted && (attempt.AsksForNew || !MayRepeat(attempt.Retry, attempt.RepeatsAll))
            ? new(Verdict.OutcomeUnknown, LooksAnew: true)
            : new(Verdict.Now, LooksAnew: true),
    };

    // A read changes nothing. What breaks the protocol says so itself, and that something may have been executed is noted beside.
    private static Decision AtEnd(in Attempt attempt) =>
        attempt is { MayHaveExecuted: true, Setback: not Setback.Hopeless, Retry: not RetryClass.ReadOnly } ? new(Verdict.OutcomeUnknownAtEnd) : Decision.Fail;
}
