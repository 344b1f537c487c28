namespace TypedRedis.Connections;

/// <summary>A way to one server, on which commands stay in order.</summary>
internal interface IRequestChannel
{
    /// <summary>Where it leads.</summary>
    RedisEndpoint Endpoint { get; }

    /// <summary>The scripts that need not be sent in full.</summary>
    KnownScripts Scripts { get; }

    /// <summary>Sends a request that keeps its frame. Never throws; failures complete the request.</summary>
    void SendNew(PendingRequest request);
}
