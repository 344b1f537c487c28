namespace TypedRedis.Connections;

/// <summary>What befell a request that one attempt did not finish; most have none.</summary>
internal sealed class RequestHistory
{
    /// <summary>Where it was sent last.</summary>
    public RedisEndpoint? Endpoint { get; set; }

    /// <summary>Where the last ASK led.</summary>
    public RedisEndpoint? AskedEndpoint { get; set; }

    /// <summary>Where its library of functions was last loaded for it.</summary>
    public RedisEndpoint? LibraryEndpoint { get; set; }

    /// <summary>Whether an attempt may have executed it: its connection was lost after bytes of it were sent.</summary>
    public bool MayHaveExecuted { get; set; }

    /// <summary>Why a server did not execute it the last time; null if none has said so.</summary>
    public RedisException? Refusal { get; set; }

    /// <summary>The redirects followed, oldest first.</summary>
    public string[] Redirects { get; set; } = [];
}
