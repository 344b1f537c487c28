using TypedRedis.Connections;

namespace TypedRedis.Routing;

/// <summary>What to do with a command after an attempt.</summary>
internal enum Verdict
{
    /// <summary>What came is the caller's.</summary>
    Fail,

    /// <summary>It may have been executed and must not be twice: the caller is told that the outcome is unknown.</summary>
    OutcomeUnknown,

    /// <summary>The same where it would not have been sent again in any case.</summary>
    OutcomeUnknownAtEnd,

    /// <summary>Fail: the nodes redirect it without end.</summary>
    TooManyRedirects,

    /// <summary>Fail: its deadline has passed.</summary>
    TimedOut,

    /// <summary>Fail: it was not executed, and the keys are watched no more.</summary>
    WatchEnded,

    /// <summary>Let it wait for this node, where it is.</summary>
    Stay,

    /// <summary>Send it to whom it belongs as far as is known by now.</summary>
    Now,

    /// <summary>The same after the delay.</summary>
    Later,

    /// <summary>Send it to the node that the redirect names.</summary>
    ToTarget,

    /// <summary>The same, with ASKING before it.</summary>
    AskingTarget,
}

/// <summary>A decision about a command after an attempt.</summary>
/// <param name="Verdict">What to do with the command.</param>
/// <param name="Delay">How long it waits before.</param>
/// <param name="LooksAnew">Whether the node is not, or not any more, whom we meant to reach: find out who serves by now. A cluster reads its topology, a single server is dialled anew, so that its name is looked up again.</param>
/// <param name="MayBeOvertaken">
/// Whether it may be sent again though later commands of its slot were executed meanwhile. While a slot is half migrated these may be about other keys,
/// which have not moved yet; after anything else the command would come too late.
/// </param>
internal readonly record struct Decision(Verdict Verdict, TimeSpan Delay = default, bool LooksAnew = false, bool MayBeOvertaken = false)
{
    /// <summary>What came is the caller's.</summary>
    public static Decision Fail => default;

    /// <summary>Whether the command is sent again.</summary>
    public bool IsSentAgain => Verdict is Verdict.Now or Verdict.Later or Verdict.ToTarget or Verdict.AskingTarget;
}
