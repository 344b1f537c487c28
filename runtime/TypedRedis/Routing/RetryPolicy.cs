using TypedRedis.Protocol;

namespace TypedRedis.Routing;

/// <summary>
/// What becomes of a command that got no reply but an error of the server's or a loss. The one table for every topology: a pure function
/// that changes nothing; whoever asks carries the decision out.
/// </summary>
internal static class RetryPolicy
{
    // From so many redirects on, nodes disagree and need time to learn from each other.
    private const int RedirectsWithoutDelay = 4;

    /// <summary>Decides about one attempt that has ended.</summary>
    public static Decision Decide(in Attempt attempt) => attempt.IsBound
        ? Decision.Fail
        : attempt.Setback switch
        {
            Setback.Moved or Setback.Ask => attempt.FollowsRedirects ? AfterRedirect(attempt) : Decision.Fail,
            // A key of several is on its way to another node.
            Setback.TryAgain => Later(attempt, looksAnew: false),
            Setback.ClusterDown or Setback.Loading or Setback.MasterDown or Setback.ForcedUnblock => Later(attempt, looksAnew: true),
            // One that is known as a replica is asked what replicas are asked, and is right to refuse.
            Setback.ReadOnly => attempt.IsKnownReplica ? Decision.Fail : Later(attempt, looksAnew: true),
            Setback.Loss => AfterLoss(attempt),
            _ => Decision.Fail,
        };

    private static Decision Later(in Attempt attempt, bool looksAnew) => new(Verdict.Later, Backoff.After(attempt.Attempts), looksAnew);

    private static Decision AfterRedirect(in Attempt attempt)
    {
        if (attempt.Redirects > ResendLimits.MaxRedirects)
        {
            return new(Verdict.TooManyRedirects);
        }

        return attempt.Redirects > RedirectsWithoutDelay
            ? new(Verdict.Later, Backoff.After(attempt.Redirects - RedirectsWithoutDelay))
            : new(attempt.Setback == Setback.Moved ? Verdict.ToTarget : Verdict.AskingTarget);
    }

    private static Decision AfterLoss(in Attempt attempt)
    {
        bool mayRepeat = !attempt.MayHaveExecuted || attempt.RepeatsAll || attempt.Retry != RetryClass.NotIdempotent;
        return new(mayRepeat ? Verdict.Now : Verdict.OutcomeUnknown, LooksAnew: true);
    }
}
