namespace TypedRedis.Routing;

/// <summary>Words the error of a command that may have been executed or not.</summary>
internal static class OutcomeUnknown
{
    /// <summary>Another connection could be had, but the command must not be executed twice.</summary>
    public static RedisOutcomeUnknownException After(Exception cause) => new(
        "The connection was lost after the command may have reached the server; whether it was executed is unknown. It was not repeated, since executing it twice would differ from once.",
        cause);

    /// <summary>The command waited for what is added to a stream after it was sent, and would miss what is added until it is sent again.</summary>
    public static RedisOutcomeUnknownException OfNewEntries(Exception cause) => new(
        "The connection was lost while the call waited for new entries. It was not repeated: what is added meanwhile would be missed. Read on from the id of the last entry that is known.",
        cause);

    /// <summary>The command is not sent again in any case: the client was disposed, or the command was for this node alone.</summary>
    public static RedisOutcomeUnknownException AtEnd(Exception cause) => new(
        "The connection ended after the command may have reached the server; whether it was executed is unknown.", cause);

    /// <summary>The keys were watched on the connection, so the command is not sent on another one.</summary>
    public static RedisOutcomeUnknownException OfWatch(Exception cause) => new(
        "The connection of a watch was lost after the command may have reached the server; whether it was executed is unknown.", cause);
}
