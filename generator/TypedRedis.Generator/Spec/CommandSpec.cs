using TypedRedis.Generator.Infrastructure;

namespace TypedRedis.Generator.Spec;

/// <summary>One command or sub-command, as commands.json describes it.</summary>
/// <param name="Name">Words of the command in upper case, e.g. <c>CLIENT LIST</c>.</param>
/// <param name="Method">Name of its method without <c>Async</c>, e.g. <c>ClientList</c>.</param>
/// <param name="IsInternal">Servers send it to each other; no group offers it.</param>
/// <param name="IsContainer">Only its sub-commands can be called.</param>
/// <param name="Retry">Whether repeating it is safe, whatever its options.</param>
/// <param name="IdempotentWithout">Arguments without which repeating it is safe although <paramref name="Retry"/> says otherwise.</param>
/// <param name="Arity">The server's arity: how many words the command has, negative for at least that many, 0 if unknown.</param>
internal sealed record CommandSpec(
    string Name,
    string Method,
    string Summary,
    SinceSpec? Since,
    string Group,
    string? Module,
    int Arity,
    EquatableArray<string> Flags,
    EquatableArray<KeySpec> Keys,
    EquatableArray<ArgumentSpec> Arguments,
    string RequestPolicy,
    string ResponsePolicy,
    string DefaultTarget,
    string Retry,
    EquatableArray<string> IdempotentWithout,
    bool IsContainer,
    bool IsInternal,
    string? Blocking,
    bool IsSession,
    DeprecationSpec? Deprecated,
    EquatableArray<ReplyCase> Reply)
{
    /// <summary>Pairs of arguments that servers refuse together, where the argument tree does not say so.</summary>
    public EquatableArray<EquatableArray<string>> Conflicts { get; init; }

    /// <summary>The words that start the command.</summary>
    public string[] Words { get; } = Name.Split(' ');

    /// <summary>Since when servers have the command; null if that is not known, as of a module that is loaded into them.</summary>
    public SinceSpec? ServersSince => InServers(Since);

    public bool IsReadOnly => Flags.Contains("readonly");

    public bool IsWrite => Flags.Contains("write");

    /// <summary>Whether a client may send it once for each slot that its keys are in.</summary>
    public bool MaySpanSlots => RequestPolicy == "multiShard";

    /// <summary>Since when servers have what the spec gives an age: the version of a module tells nothing of servers.</summary>
    public SinceSpec? InServers(SinceSpec? since) => Module is not null && since?.Plain is not null ? null : since;
}

/// <summary>Where the server finds some of a command's keys.</summary>
/// <param name="BeginIndex">Word that holds the first key, or null if a keyword or nothing known marks it.</param>
/// <param name="IsUnknown">Whether the position cannot be told from the command's words.</param>
/// <param name="Last">Last key: 0 for the first one only, -1 for the last word, more for words after the first.</param>
/// <param name="Step">Words from one key to the next.</param>
/// <param name="IsCounted">Whether an argument says how many keys follow.</param>
/// <param name="IsHalf">Whether only the first half of what follows is keys, each with its counterpart in the second half.</param>
internal sealed record KeySpec(int? BeginIndex, string? Keyword, int Last, int Step, bool IsUnknown, bool IsCounted, bool IsNotKey, bool IsHalf = false)
{
    /// <summary>Whether the positions follow from the command's words alone.</summary>
    public bool IsFixed => BeginIndex is not null && !IsUnknown && !IsCounted;
}

/// <summary>One node of a command's argument tree.</summary>
/// <param name="Type">Kind of argument.</param>
/// <param name="Token">Literal word that precedes it; the word itself for a pure token.</param>
/// <param name="KeySpec">Index of the key spec that finds it, or null.</param>
internal sealed record ArgumentSpec(
    string Name,
    ArgumentType Type,
    string? Token,
    bool IsOptional,
    bool IsMultiple,
    bool IsTokenRepeated,
    SinceSpec? Since,
    int? KeySpec,
    EquatableArray<ArgumentSpec> Arguments)
{
    /// <summary>The least number that servers accept; null if they accept any.</summary>
    public int? Min { get; init; }

    /// <summary>Whether it stands for one word that the caller chooses.</summary>
    public bool IsValue => Type is not (ArgumentType.PureToken or ArgumentType.OneOf or ArgumentType.Block);

    /// <summary>Whether it chooses between literal words only.</summary>
    public bool IsTokenChoice => Type == ArgumentType.OneOf && Arguments.All(a => a.Type == ArgumentType.PureToken && !a.IsMultiple);

    /// <summary>This argument and all below it.</summary>
    public IEnumerable<ArgumentSpec> SelfAndDescendants()
    {
        yield return this;
        foreach (ArgumentSpec argument in Arguments)
        {
            foreach (ArgumentSpec descendant in argument.SelfAndDescendants())
            {
                yield return descendant;
            }
        }
    }
}

/// <summary>Kinds of arguments.</summary>
internal enum ArgumentType
{
    Key,
    String,
    Integer,
    Double,
    Pattern,
    UnixTime,
    PureToken,
    OneOf,
    Block,
}

/// <summary>One form of a command's reply: the first whose options are all given applies.</summary>
/// <param name="With">Names of the arguments that must be given.</param>
/// <param name="Method">Name of the method of its own that this form has, if any.</param>
internal sealed record ReplyCase(EquatableArray<string> With, string? Method, ReplyType Type);

/// <summary>Since when a command is deprecated, and what to use instead.</summary>
internal sealed record DeprecationSpec(string Since, string Replacement);
