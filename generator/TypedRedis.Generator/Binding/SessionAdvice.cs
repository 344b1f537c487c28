using TypedRedis.Generator.Declarations;
using TypedRedis.Generator.Spec;

namespace TypedRedis.Generator.Binding;

/// <summary>What to do instead of a command that changes the state of its connection.</summary>
internal static class SessionAdvice
{
    /// <summary>The advice as the end of a sentence; empty if there is none.</summary>
    public static string For(CommandSpec command) => command.Name switch
    {
        "SELECT" => "; name the database in the client's options",
        "AUTH" or "HELLO" => "; name user, password and protocol in the client's options",
        "CLIENT SETNAME" or "CLIENT SETINFO" => "; name the client in its options",
        "MULTI" or "EXEC" or "DISCARD" => "; a transaction is a call of TransactionAsync",
        "WATCH" or "UNWATCH" => "; keys are watched by a RedisWatch",
        "READONLY" or "READWRITE" or "ASKING" => "; the client sends it where a cluster needs it",
        "QUIT" or "RESET" => "; dispose the client to close its connections",
        _ when command.Group == "pubsub" => SubscriptionNames.Advice,
        _ => "",
    };
}
