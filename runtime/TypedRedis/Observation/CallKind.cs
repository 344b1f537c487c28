namespace TypedRedis.Observation;

/// <summary>What a logical call is made of.</summary>
internal enum CallKind
{
    /// <summary>One command for one node, on the connection that all callers share.</summary>
    Single,

    /// <summary>One command on a connection of its own: one that blocks, or the WATCH of a <see cref="RedisWatch"/>.</summary>
    Dedicated,

    /// <summary>One command for several nodes.</summary>
    SeveralNodes,

    /// <summary>One command with keys in many slots, sent once for each.</summary>
    ManyKeys,

    /// <summary>A pipeline.</summary>
    Pipeline,

    /// <summary>A pipeline that is executed as a transaction.</summary>
    Transaction,
}
