using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Routing;

/// <summary>A decision of <see cref="RetryPolicy"/> about a command, and where it leads.</summary>
/// <param name="Decision">The decision; the default one leaves what came to the caller.</param>
/// <param name="Setback">What it is about.</param>
/// <param name="Target">The node a redirect leads to; null if it was none, or leads nowhere.</param>
/// <param name="Redirect">The redirect as errors show it; null if it was none.</param>
internal readonly record struct RoutedDecision(Decision Decision, Setback Setback = Setback.Other, INodeChannel? Target = null, string? Redirect = null)
{
    // Some 250 ms apart, in which the topology is read once or twice.
    private const int AttemptsForUnknownTarget = 3;

    /// <summary>What to do with the command.</summary>
    public Verdict Verdict => Decision.Verdict;

    /// <summary>A decision to send a command again at once, to whom it belongs.</summary>
    public static RoutedDecision Now { get; } = new(new Decision(Verdict.Now));

    /// <summary>
    /// Decides about a command that a server has answered with an error, follows a redirect, and has the router look anew if that may help.
    /// </summary>
    /// <param name="router">The client's topology.</param>
    /// <param name="command">The command.</param>
    /// <param name="bucket">Bucket of its keys; −1 if there is none.</param>
    /// <param name="error">The error.</param>
    /// <param name="source">Who answered.</param>
    /// <param name="attempt">What is known of the attempt beside the error and the router. Of redirects those before this one.</param>
    public static RoutedDecision After(IRouter router, CommandInfo command, int bucket, in ErrorReply error, INodeChannel source, Attempt attempt)
    {
        Setback setback = SetbackReader.Read(error, command);
        if (setback == Setback.Other)
        {
            return default;
        }

        attempt = attempt with
        {
            Setback = setback,
            Retry = command.Retry,
            RepeatsAll = router.RepeatsAll,
            FollowsRedirects = router.FollowsRedirects,
            IsKnownReplica = setback == Setback.ReadOnly && router.IsKnownReplica(source),
        };
        INodeChannel? target = null;
        string? text = null;
        if (setback is Setback.Moved or Setback.Ask && attempt is { FollowsRedirects: true, Binding: Binding.None })
        {
            if (Routing.Redirect.TryParse(error) is not { } redirect)
            {
                return default;
            }

            // A script's own error may look like a redirect, to wherever its words lead: nobody must be told the password there.
            if (command.RunsCode && redirect.Slot != bucket)
            {
                return default;
            }

            target = router.Follow(redirect, isMoved: setback == Setback.Moved, source, mustBeKnown: command.RunsCode);
            if (target is null)
            {
                return AfterUnknownTarget(router, error, source, attempt);
            }

            text = $"{(setback == Setback.Moved ? "MOVED" : "ASK")} {target.Endpoint}";
            attempt = attempt with { Redirects = attempt.Redirects + 1 };
        }

        Decision decision = RetryPolicy.Decide(attempt);
        if (decision.LooksAnew)
        {
            router.LookAnew(source, error.ToException());
        }

        // A redirect that is not followed is not shown as one.
        return new(decision, setback, target, decision.Verdict == Verdict.Fail ? null : text);
    }

    // The topology will have the node soon if it is one, and the command then goes to the slot's owner. If not, the error is the script's.
    private static RoutedDecision AfterUnknownTarget(IRouter router, in ErrorReply error, INodeChannel source, Attempt attempt)
    {
        if (attempt.Attempts > AttemptsForUnknownTarget)
        {
            return default;
        }

        router.LookAnew(source, error.ToException());
        return new(RetryPolicy.Decide(attempt with { Setback = Setback.NoOwner }), attempt.Setback);
    }

    /// <summary>Decides about a command whose connection was lost or could not be made, and has the router look for others.</summary>
    /// <param name="router">The client's topology.</param>
    /// <param name="command">The command.</param>
    /// <param name="bucket">Bucket of its keys; −1 if there is none.</param>
    /// <param name="source">The node it was meant for.</param>
    /// <param name="attempt">What is known of the attempt beside the router.</param>
    public static Decision AfterLoss(IRouter router, CommandInfo command, int bucket, INodeChannel source, Attempt attempt)
    {
        Decision decision = RetryPolicy.Decide(attempt with { Retry = command.Retry, RepeatsAll = router.RepeatsAll });
        if (decision.LooksAnew)
        {
            router.NoteLoss(source, isKeyless: bucket < 0);
        }

        return decision;
    }
}
