namespace TypedRedis.Routing;

/// <summary>What to do with a command after an attempt.</summary>
internal enum Verdict
{
    /// <summary>What came is the caller's.</summary>
    Fail,

    /// <summary>It may have been executed and must not be twice: the caller is told that the outcome is unknown.</summary>
    OutcomeUnknown,

    /// <summary>Fail: the nodes redirect it without end.</summary>
    TooManyRedirects,

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
internal readonly record struct Decision(Verdict Verdict, TimeSpan Delay = default, bool LooksAnew = false)
{
    public static Decision Fail => default;
}
