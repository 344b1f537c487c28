using TypedRedis.Protocol;

namespace TypedRedis;

/// <summary>What came of a command on one of several nodes.</summary>
public sealed class NodeOutcome
{
    internal NodeOutcome(RedisEndpoint endpoint, RespValue? reply, RedisException? error)
    {
        Endpoint = endpoint;
        Reply = reply;
        Error = error;
    }

    /// <summary>The node.</summary>
    public RedisEndpoint Endpoint { get; }

    /// <summary>Whether the node carried the command out.</summary>
    public bool IsSuccess => Error is null;

    /// <summary>What the node answered; null if the command failed there.</summary>
    public RespValue? Reply { get; }

    /// <summary>Why the command failed; null if it succeeded. It says as for a single call whether the command may have been executed.</summary>
    public RedisException? Error { get; }

    /// <summary>The node, and the kind of error if there was one; neither reply nor arguments.</summary>
    public override string ToString() => Error switch
    {
        null => $"{Endpoint}: succeeded",
        RedisServerException error => $"{Endpoint}: {error.Code}",
        _ => $"{Endpoint}: {Error.GetType().Name}",
    };
}
