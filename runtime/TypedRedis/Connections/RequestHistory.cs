namespace TypedRedis.Connections;

/// <summary>What befell a request that one attempt did not finish; most have none.</summary>
internal sealed class RequestHistory
{
    /// <summary>Where it was sent last.</summary>
    public RedisEndpoint? Endpoint { get; set; }

    /// <summary>The redirects followed, oldest first.</summary>
    public string[] Redirects { get; set; } = [];
}
