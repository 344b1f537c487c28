namespace TypedRedis.Protocol;

/// <summary>What a command does to data and connections.</summary>
[Flags]
public enum CommandFlags
{
    /// <summary>Nothing of the below.</summary>
    None = 0,

    /// <summary>Reads only; a replica may answer.</summary>
    ReadOnly = 1,

    /// <summary>May change data.</summary>
    Write = 2,

    /// <summary>May block its connection until something happens.</summary>
    Blocking = 4,

    /// <summary>Changes the state of its connection.</summary>
    Session = 8,

    /// <summary>Has no keys.</summary>
    Keyless = 16,
}

/// <summary>Whether a command may be sent again when nobody knows if it was executed.</summary>
public enum RetryClass
{
    /// <summary>Never without the user's consent: executing twice differs from once.</summary>
    NotIdempotent,

    /// <summary>Yes: twice leaves the same state and the same meaning of the reply.</summary>
    Idempotent,

    /// <summary>Yes: it changes nothing.</summary>
    ReadOnly,
}

/// <summary>Over which nodes a command spreads; the <c>request_policy</c> command tip of Redis 7.0, corrected by our spec.</summary>
public enum RequestPolicy
{
    /// <summary>One node: the owner of the keys, or the default target.</summary>
    None,

    /// <summary>Every primary and replica.</summary>
    AllNodes,

    /// <summary>Every primary.</summary>
    AllShards,

    /// <summary>Every replica.</summary>
    AllReplicas,

    /// <summary>Keys split by slot, one command per slot.</summary>
    MultiShard,

    /// <summary>Command-specific.</summary>
    Special,
}

/// <summary>How replies of several nodes become one; the <c>response_policy</c> command tip of Redis 7.0, corrected by our spec.</summary>
public enum ResponsePolicy
{
    /// <summary>Collected: in key order for split commands, in any order otherwise.</summary>
    None,

    /// <summary>The first success; an error only if all failed.</summary>
    OneSucceeded,

    /// <summary>Success only if all succeeded.</summary>
    AllSucceeded,

    /// <summary>Logical AND of 0/1 replies, element by element.</summary>
    AggLogicalAnd,

    /// <summary>Logical OR of 0/1 replies, element by element.</summary>
    AggLogicalOr,

    /// <summary>The smallest number.</summary>
    AggMin,

    /// <summary>The largest number.</summary>
    AggMax,

    /// <summary>The sum.</summary>
    AggSum,

    /// <summary>Nothing makes one reply of several.</summary>
    Special,

    /// <summary>All distinct elements, in any order.</summary>
    Union,

    /// <summary>Keys with numbers: the sum for each key.</summary>
    SumByKey,

    /// <summary>Any one of the replies that are not null, each as likely as the other; null only if all are.</summary>
    AnyNotNull,
}

/// <summary>Where a command without keys goes when the caller names no target.</summary>
public enum CommandTarget
{
    /// <summary>The client's default node.</summary>
    DefaultNode,

    /// <summary>Every primary.</summary>
    Primaries,

    /// <summary>Every node.</summary>
    AllNodes,

    /// <summary>Any one primary.</summary>
    RandomPrimary,

    /// <summary>The owner of the slot given as argument.</summary>
    SlotArgument,

    /// <summary>Refused by cluster clients: it would damage the cluster or has no meaning there.</summary>
    Blocked,
}
