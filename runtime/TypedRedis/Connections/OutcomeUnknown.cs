namespace TypedRedis.Connections;

/// <summary>Words the error of a command that may have been executed or not.</summary>
internal static class OutcomeUnknown
{
    public static RedisOutcomeUnknownException After(Exception cause) => new(
        "The connection was lost after the command may have reached the server; whether it was executed is unknown. It was not repeated, since executing it twice would differ from once.",
        cause);
}
