using System.Text;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.UnitTests.Routing;

/// <summary>
/// What <see cref="RetryPolicy"/> is meant to decide, written down a second time as rows with their reasons. The first row that matches an attempt counts. The
/// table in docs/failures.md is made of them.
/// </summary>
internal static class RetryTable
{
    private const string Owner = "sent again at once, to whoever serves it by then";
    private const string Pause = "sent again after a pause";

    /// <summary>The rows.</summary>
    public static IReadOnlyList<Row> Rows { get; } =
    [
        new("an error about the command itself", attempt => attempt.Setback == Setback.Other, Verdict.Fail, "the error", "trying again would not change it"),

        new("lost connection, on a watch, a write that was sent", attempt => IsLoss(attempt) && IsWatch(attempt) && attempt.MayHaveExecuted && !IsRead(attempt), Verdict.OutcomeUnknownAtEnd, "outcome unknown", "it may have been executed, and the watch has ended with its connection"),
        new("lost connection, on a watch, anything else", attempt => IsLoss(attempt) && IsWatch(attempt), Verdict.WatchEnded, "`RedisWatchException`", "a connection that is lost watches nothing"),
        new("lost connection, a command about the connection", attempt => IsLoss(attempt) && attempt.Binding == Binding.Connection, Verdict.Fail, "connection error", "what belongs to a connection ended with it"),
        new("no connection yet, a command for this one node", attempt => attempt is { Setback: Setback.NotConnected, Binding: Binding.Node }, Verdict.Stay, "goes on waiting for the node", "no other node will do"),
        new("refused credentials or another protocol", attempt => attempt.Setback == Setback.Hopeless, Verdict.Fail, "that error", "the next connection would end the same way"),
        new("lost connection, for this one node or at disposal, a write that was sent", attempt => IsLastLoss(attempt) && attempt.MayHaveExecuted && !IsRead(attempt), Verdict.OutcomeUnknownAtEnd, "outcome unknown", "it may have been executed, and is sent nowhere else"),
        new("lost connection, for this one node or at disposal, anything else", IsLastLoss, Verdict.Fail, "connection error", "it was not executed, or only read"),
        new("lost connection, `XREAD` of what is added from now on (`$`) that was sent", attempt => IsLoss(attempt) && attempt is { MayHaveExecuted: true, AsksForNew: true }, Verdict.OutcomeUnknown, "outcome unknown", "the next attempt would miss what was added meanwhile", looksAnew: true),
        new("lost connection, not idempotent and sent", attempt => IsLoss(attempt) && attempt is { MayHaveExecuted: true, Retry: RetryClass.NotIdempotent, RepeatsAll: false, }, Verdict.OutcomeUnknown, "outcome unknown", "executing it twice would differ from once", looksAnew: true),
        new("lost connection, anything else", IsLoss, Verdict.Now, Owner, "nothing of it was sent, or executing it twice is harmless", looksAnew: true),

        new("`MOVED`, `ASK` on a watch", attempt => IsRedirect(attempt) && IsWatch(attempt), Verdict.WatchEnded, "`RedisWatchException`", "nobody watches the keys where they go", looksAnew: true),
        new("any error, for this one node or connection", attempt => attempt.Binding != Binding.None, Verdict.Fail, "the error", "it was meant for this one"),
        new("`MOVED`, `ASK` from a single server", attempt => IsRedirect(attempt) && !attempt.FollowsRedirects, Verdict.Fail, "the error", "the client was made for this server"),
        new("`MOVED`, `ASK`, 250 ms and the set-up time of its connection or more after it was sent, `XREAD` of what is added from now on (`$`)", attempt => IsRedirect(attempt) && IsLateForNew(attempt), Verdict.Fail, "the error", "it has waited, and the next attempt would miss what was added meanwhile"),
        new("`CLUSTERDOWN`, 250 ms and the set-up time of its connection or more after it was sent, `XREAD` of what is added from now on (`$`)", attempt => attempt.Setback == Setback.ClusterDown && IsLateForNew(attempt), Verdict.Fail, "the error", "it has waited, and the next attempt would miss what was added meanwhile", looksAnew: true),
        new("redirected more than 16 times", attempt => IsRedirect(attempt) && attempt.Redirects > 16, Verdict.TooManyRedirects, "`RedisRedirectLimitException`", "the nodes disagree without end"),
        new("`MOVED`, from the 5th redirect on", attempt => attempt is { Setback: Setback.Moved, Redirects: > 4 }, Verdict.Later, Pause, "the nodes need time to agree", pauses: true),
        new("`ASK`, from the 5th redirect on", attempt => attempt is { Setback: Setback.Ask, Redirects: > 4 }, Verdict.Later, Pause, "the nodes need time to agree", pauses: true, mayBeOvertaken: true),
        new("`MOVED`", attempt => attempt.Setback == Setback.Moved, Verdict.ToTarget, "sent to the node named", "the slot has a new owner"),
        new("`ASK`", attempt => attempt.Setback == Setback.Ask, Verdict.AskingTarget, "sent to the node named, with `ASKING`", "only this key has moved so far", mayBeOvertaken: true),
        new("`TRYAGAIN`, one group of a call for many keys", attempt => attempt is { Setback: Setback.TryAgain, IsGroupOfKeys: true }, Verdict.Fail, "its keys are asked for one by one", "each is on one node or the other"),
        new("`TRYAGAIN`", attempt => attempt.Setback == Setback.TryAgain, Verdict.Later, Pause, "some of its keys have moved and some have not", pauses: true, mayBeOvertaken: true),
        new("`READONLY` from a node that is known as a replica", attempt => attempt is { Setback: Setback.ReadOnly, IsKnownReplica: true }, Verdict.Fail, "the error", "a replica is right to refuse a write"),
        new("`READONLY`", attempt => attempt.Setback == Setback.ReadOnly, Verdict.Later, Pause, "the node was demoted; another one serves it by now, or soon", looksAnew: true, pauses: true),
        new("`CLUSTERDOWN`, `LOADING`, `MASTERDOWN`", attempt => attempt.Setback is Setback.ClusterDown or Setback.Loading or Setback.MasterDown, Verdict.Later, Pause, "not executed, and it may be otherwise soon", looksAnew: true, pauses: true),
        new("`UNBLOCKED` since the server was demoted, `XREAD` of what is added from now on (`$`)", attempt => attempt is { Setback: Setback.ForcedUnblock, AsksForNew: true }, Verdict.Fail, "the error", "the next attempt would miss what was added meanwhile", looksAnew: true),
        new("`UNBLOCKED` since the server was demoted", attempt => attempt.Setback == Setback.ForcedUnblock, Verdict.Later, Pause, "it can block where the keys are by now", looksAnew: true, pauses: true),
        new("a slot without owner, or no node", attempt => attempt.Setback == Setback.NoOwner, Verdict.Later, "sent again after 250 ms, or once the topology was read", "a replica may be promoted, or a slot be assigned", looksAnew: true),
    ];

    /// <summary>The row for an attempt.</summary>
    public static Row For(Attempt attempt) => Rows.First(row => row.Matches(attempt));

    /// <summary>The rows as docs/failures.md shows them.</summary>
    public static string ToMarkdown()
    {
        var text = new StringBuilder("| What came in place of the reply | What becomes of the command | Why |\n|---|---|---|\n");
        foreach (Row row in Rows)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"| {row.What} | {row.Becomes} | {row.Reason} |\n");
        }

        return text.ToString();
    }

    private static bool IsLoss(Attempt attempt) => attempt.Setback is Setback.Loss or Setback.NotConnected or Setback.Hopeless or Setback.Disposed;

    private static bool IsLastLoss(Attempt attempt) => IsLoss(attempt) && (attempt.Binding == Binding.Node || attempt.Setback == Setback.Disposed);

    private static bool IsWatch(Attempt attempt) => attempt.Binding == Binding.Watch;

    private static bool IsRead(Attempt attempt) => attempt.Retry == RetryClass.ReadOnly;

    private static bool IsLateForNew(Attempt attempt) => attempt.AsksForNew && attempt.AnsweredAfter >= TimeSpan.FromMilliseconds(250) + attempt.SetUp;

    private static bool IsRedirect(Attempt attempt) => attempt.Setback is Setback.Moved or Setback.Ask;

    /// <summary>One row.</summary>
    internal sealed class Row(
        string what, Func<Attempt, bool> matches, Verdict verdict, string becomes, string reason, bool looksAnew = false, bool pauses = false, bool mayBeOvertaken = false)
    {
        public string What => what;

        public string Becomes => becomes;

        public string Reason => reason;

        public bool Matches(Attempt attempt) => matches(attempt);

        /// <summary>The decision it stands for. What would be sent again after the deadline is not.</summary>
        public Decision DecisionFor(Attempt attempt)
        {
            bool isSentAgain = verdict is Verdict.Now or Verdict.Later or Verdict.ToTarget or Verdict.AskingTarget;
            TimeSpan delay = verdict != Verdict.Later ? TimeSpan.Zero
                : !pauses ? TimeSpan.FromMilliseconds(250)
                : Backoff.After(IsRedirect(attempt) ? attempt.Redirects - 4 : attempt.Attempts);
            return new Decision(isSentAgain && attempt.IsOverdue ? Verdict.TimedOut : verdict, delay, looksAnew, mayBeOvertaken);
        }
    }
}
