namespace TypedRedis.Connections;

/// <summary>What became of a request given to a connection.</summary>
internal enum SendOutcome
{
    /// <summary>Its frame is queued; its reply, or its loss, will be reported.</summary>
    Sent,

    /// <summary>Too many bytes are in flight; the owner hears when there is room.</summary>
    Full,

    /// <summary>The connection has ended, or the one that the request is tied to.</summary>
    Closed,
}
