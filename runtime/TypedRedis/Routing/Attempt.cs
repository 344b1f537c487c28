using TypedRedis.Protocol;

namespace TypedRedis.Routing;

/// <summary>What a command may be sent on, besides the node that was asked.</summary>
internal enum Binding
{
    /// <summary>Any node that serves it.</summary>
    None,

    /// <summary>This one node, over whatever connection: it was chosen on purpose.</summary>
    Node,

    /// <summary>This one connection, such as a command of its set-up.</summary>
    Connection,

    /// <summary>This one connection, on which the server watches keys.</summary>
    Watch,
}

/// <summary>One attempt to have a command executed that has ended without a good reply: all that <see cref="RetryPolicy"/> decides by.</summary>
internal readonly record struct Attempt
{
    /// <summary>What came in place of the reply.</summary>
    public required Setback Setback { get; init; }

    /// <summary>How often the command was sent, this time included.</summary>
    public int Attempts { get; init; }

    /// <summary>Redirects the command has met, this one included.</summary>
    public int Redirects { get; init; }

    /// <summary>Whether it may be repeated though it may have been executed.</summary>
    public RetryClass Retry { get; init; }

    /// <summary>Whether the user takes the risk that any command is executed twice.</summary>
    public bool RepeatsAll { get; init; }

    /// <summary>Whether bytes of it were given to the socket; matters after a loss only, since a server that answers with one of these errors has not executed it.</summary>
    public bool MayHaveExecuted { get; init; }

    /// <summary>What it is bound to.</summary>
    public Binding Binding { get; init; }

    /// <summary>Whether it asks for what is added from now on, so that another attempt would miss what was added since this one.</summary>
    public bool AsksForNew { get; init; }

    /// <summary>How long after it was sent the answer came, for a command that blocks; 0 for others.</summary>
    public TimeSpan AnsweredAfter { get; init; }

    /// <summary>How long the set-up of the connection took that it was sent on, for a command that blocks: a round trip and more.</summary>
    public TimeSpan SetUp { get; init; }

    /// <summary>Whether its deadline has passed.</summary>
    public bool IsOverdue { get; init; }

    /// <summary>Whether the client may go to another node because a server says so.</summary>
    public bool FollowsRedirects { get; init; }

    /// <summary>Whether the node is a replica as far as the client knows.</summary>
    public bool IsKnownReplica { get; init; }

    /// <summary>Whether it is one group of a call for many keys, whose keys are asked for one by one while its slot moves.</summary>
    public bool IsGroupOfKeys { get; init; }
}
