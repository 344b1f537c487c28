using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>A way to one server, on which commands stay in order.</summary>
internal interface INodeChannel
{
    /// <summary>Where it leads.</summary>
    RedisEndpoint Endpoint { get; }

    /// <summary>The scripts that need not be sent in full.</summary>
    KnownScripts Scripts { get; }

    /// <summary>Whether the server has refused MULTI, so that it is to be asked before the next transaction.</summary>
    bool IsMultiRefused { get; set; }

    /// <summary>Sends a command that was just written. Never throws; failures go to the recovery or complete the request.</summary>
    void Send(PendingRequest request, ref RequestWriter writer);

    /// <summary>Sends a request that keeps its frame for the first time. Never throws.</summary>
    void SendNew(PendingRequest request);

    /// <summary>Sends a request again, with the frame it keeps. Never throws, and never refuses it for lack of room.</summary>
    void SendAgain(PendingRequest request);
}
