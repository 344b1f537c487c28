namespace TypedRedis.Protocol;

/// <summary>What a client must know of a command to route, retry and report it. Emitted by the generator from the command spec.</summary>
/// <param name="name">The command as the server names it, sub-command included (<c>CLIENT LIST</c>).</param>
/// <param name="flags">What the command does to data and connections.</param>
/// <param name="retry">Whether it may be sent again when its outcome is unknown.</param>
/// <param name="request">Over which nodes the command spreads.</param>
/// <param name="response">How replies of several nodes become one.</param>
/// <param name="defaultTarget">Where a command without keys goes when the caller names no target.</param>
/// <param name="script">The script it runs by digest; sent whole to a server that does not know it.</param>
/// <param name="library">The library of the function it calls; loaded into a server that does not have it.</param>
public sealed class CommandInfo(
    string name,
    CommandFlags flags,
    RetryClass retry,
    RequestPolicy request = RequestPolicy.None,
    ResponsePolicy response = ResponsePolicy.None,
    CommandTarget defaultTarget = CommandTarget.DefaultNode,
    ScriptInfo? script = null,
    FunctionLibraryInfo? library = null)
{
    /// <summary>The command as the server names it, sub-command included.</summary>
    public string Name { get; } = name;

    /// <summary>What the command does to data and connections.</summary>
    public CommandFlags Flags { get; } = flags;

    /// <summary>Whether it may be sent again when its outcome is unknown.</summary>
    public RetryClass Retry { get; } = retry;

    /// <summary>Over which nodes the command spreads.</summary>
    public RequestPolicy Request { get; } = request;

    /// <summary>How replies of several nodes become one.</summary>
    public ResponsePolicy Response { get; } = response;

    /// <summary>Where a command without keys goes when the caller names no target.</summary>
    public CommandTarget DefaultTarget { get; } = defaultTarget;

    /// <summary>The script it runs by digest; null for other commands.</summary>
    public ScriptInfo? Script { get; } = script;

    /// <summary>The library of the function it calls; null if the client does not know its code.</summary>
    public FunctionLibraryInfo? Library { get; } = library;

    /// <summary>Whether it runs a script or a function, which may end with any error after it has written.</summary>
    internal bool RunsCode { get; } = script is not null
        || library is not null
        || name.StartsWith("EVAL", StringComparison.OrdinalIgnoreCase)
        || name.StartsWith("FCALL", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether an error it is answered with may be its own, after it has written: then nobody knows whether it was executed.</summary>
    internal bool MayFailAfterWriting => RunsCode && Retry != RetryClass.ReadOnly;

    /// <summary>Whether it is for the node that it is sent to, which was chosen on purpose: it is neither redirected nor sent elsewhere.</summary>
    internal bool IsForOneNode { get; init; }

    /// <summary>Whether nothing is known of the command, so that nobody can tell where it goes.</summary>
    internal bool IsUnknown { get; init; }

    /// <summary>Whether it may leave its connection in another state than it found it in.</summary>
    internal bool LeavesState { get; init; }

    /// <summary>Whether it is about keys, so that only they say where it goes. Told of raw commands alone.</summary>
    internal bool NeedsKeys { get; init; }

    /// <summary>Whether its connection has no longer one reply for each request afterwards.</summary>
    internal bool HasNoOwnReply { get; init; }

    /// <inheritdoc />
    public override string ToString() => Name;
}
