namespace TypedRedis.Connections;

/// <summary>A way to one server, on which commands stay in order.</summary>
internal interface IRequestChannel
{
    /// <summary>Where it leads.</summary>
    RedisEndpoint Endpoint { get; }

    /// <summary>The scripts that need not be sent in full.</summary>
    KnownScripts Scripts { get; }

    /// <summary>Whether the server has refused MULTI, so that it is to be asked before the next transaction.</summary>
    bool IsMultiRefused { get; set; }

    /// <summary>Sends a request that keeps its frame. Never throws; failures complete the request.</summary>
    void SendNew(PendingRequest request);

    /// <summary>The same for one that was sent before, so that it is not refused for lack of room.</summary>
    void SendAgain(PendingRequest request);
}
