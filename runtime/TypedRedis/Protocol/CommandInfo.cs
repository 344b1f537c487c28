namespace TypedRedis.Protocol;

/// <summary>What a client must know of a command to route, retry and report it. Emitted by the generator from the command spec.</summary>
/// <param name="name">The command as the server names it, sub-command included (<c>CLIENT LIST</c>).</param>
/// <param name="flags">What the command does to data and connections.</param>
/// <param name="retry">Whether it may be sent again when its outcome is unknown.</param>
/// <param name="request">Over which nodes the command spreads.</param>
/// <param name="response">How replies of several nodes become one.</param>
/// <param name="defaultTarget">Where a command without keys goes when the caller names no target.</param>
public sealed class CommandInfo(
    string name,
    CommandFlags flags,
    RetryClass retry,
    RequestPolicy request = RequestPolicy.None,
    ResponsePolicy response = ResponsePolicy.None,
    CommandTarget defaultTarget = CommandTarget.DefaultNode)
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

    /// <inheritdoc />
    public override string ToString() => Name;
}
