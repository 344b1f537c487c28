using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Pipelines;

/// <summary>What a pipeline asks of its client's topology. All members may be called by any thread and must not block.</summary>
internal interface IPipelineRouter
{
    /// <summary>The clock of the client.</summary>
    Clock Clock { get; }

    /// <summary>Who owns which slot at this moment; null if slots do not matter.</summary>
    SlotMap? Map => null;

    /// <summary>Where a command goes; null if nobody is known to serve it at this moment.</summary>
    /// <param name="command">The command.</param>
    /// <param name="slot">Slot of its keys; −1 if there is none.</param>
    IRequestChannel? Find(CommandInfo command, int slot);

    /// <summary>Decides about a command that a server answered with an error, and learns from the error what there is to learn.</summary>
    /// <param name="command">The command.</param>
    /// <param name="error">The error.</param>
    /// <param name="source">Who answered.</param>
    /// <param name="attempts">How often it was sent.</param>
    Resending Recover(CommandInfo command, in ErrorReply error, IRequestChannel source, int attempts);

    /// <summary>Notes that a server could not be reached, or does not answer any more.</summary>
    void NoteLoss(IRequestChannel source);

    /// <summary>Whether a command may be sent again though it may have been executed.</summary>
    bool MayRepeat(CommandInfo command);

    /// <summary>Why no transaction can succeed any more; null unless the client is bound to a connection that watches keys.</summary>
    RedisException? WhyBroken => null;

    /// <summary>Notes that a transaction is about to be sent for the first time.</summary>
    /// <exception cref="InvalidOperationException">The client is bound to a connection that watches keys, and has sent one before.</exception>
    void BeginTransaction()
    {
    }

    /// <summary>Notes that EXEC was answered: nothing is watched any more.</summary>
    /// <param name="isExecuted">Whether the server has executed the transaction.</param>
    void NoteExecuted(bool isExecuted)
    {
    }
}

/// <summary>Whether and how a command is sent again.</summary>
internal enum ResendKind
{
    /// <summary>Not at all: the error is the caller's.</summary>
    None,

    /// <summary>To the slot's owner, as it is known by then, after a while.</summary>
    Later,

    /// <summary>To the slot's owner, as it is known by now.</summary>
    Now,

    /// <summary>To a node that is importing the slot, with ASKING before it.</summary>
    Asking,
}

/// <summary>A decision about a command that was not executed.</summary>
/// <param name="Kind">Whether and how it is sent again.</param>
/// <param name="Target">The importing node; null unless it is to be asked.</param>
/// <param name="Delay">How long to wait before.</param>
/// <param name="Redirect">The redirect as errors show it; null if it was none.</param>
/// <param name="MayBeOvertaken">
/// Whether it may be sent again though later commands of its slot were executed meanwhile. While a slot is half migrated these may be about other keys,
/// which have not moved yet; after anything else the command would come too late.
/// </param>
internal readonly record struct Resending(
    ResendKind Kind, IRequestChannel? Target = null, TimeSpan Delay = default, string? Redirect = null, bool MayBeOvertaken = false)
{
    /// <summary>What a decision about a command that a server has answered with an error means for a pipeline.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="setback">The error.</param>
    /// <param name="target">Where a redirect leads; null if it was none.</param>
    /// <param name="redirect">The redirect as errors show it; null if it was none.</param>
    public static Resending For(in Decision decision, Setback setback, IRequestChannel? target = null, string? redirect = null)
    {
        bool mayBeOvertaken = setback is Setback.Ask or Setback.TryAgain;
        return decision.Verdict switch
        {
            Verdict.Later => new(ResendKind.Later, Delay: decision.Delay, Redirect: redirect, MayBeOvertaken: mayBeOvertaken),
            // By now the slot's owner is whom a MOVED names.
            Verdict.Now or Verdict.ToTarget => new(ResendKind.Now, Redirect: redirect, MayBeOvertaken: mayBeOvertaken),
            Verdict.AskingTarget => new(ResendKind.Asking, target, Redirect: redirect, MayBeOvertaken: mayBeOvertaken),
            _ => default,
        };
    }
}
