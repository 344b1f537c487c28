namespace TypedRedis.Connections;

/// <summary>What befell a request that one attempt did not finish; most have none.</summary>
internal sealed class RequestHistory
{
    /// <summary>Where it was sent last.</summary>
    public RedisEndpoint? Endpoint { get; set; }

    /// <summary>What goes right before the frame in the next attempt.</summary>
    public UnawaitedReply? Prefix { get; set; }

    /// <summary>Whether an attempt may have executed it: its connection was lost after bytes of it were sent.</summary>
    public bool MayHaveExecuted { get; set; }

    /// <summary>Why a server did not execute it the last time; null if none has said so.</summary>
    public RedisException? Refusal { get; set; }

    /// <summary>What others keep with it.</summary>
    public RequestNotes? Notes { get; set; }
}
