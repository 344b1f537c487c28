namespace TypedRedis.Generator.Declarations;

/// <summary>Commands after which a connection receives messages, and what is said of them.</summary>
internal static class SubscriptionNames
{
    /// <summary>What to do instead, as the end of a sentence.</summary>
    public const string Advice = "; a subscriber needs a connection of its own, which this client does not offer yet, while PublishAsync works on any";

    public static bool IsSubscription(string command) => command is "SUBSCRIBE" or "PSUBSCRIBE" or "SSUBSCRIBE";
}
