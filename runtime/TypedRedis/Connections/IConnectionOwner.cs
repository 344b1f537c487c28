using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>What a connection tells the node it belongs to; called on its reader.</summary>
internal interface IConnectionOwner
{
    /// <summary>A server error came for a request. True: the request was taken over.</summary>
    bool OnError(PendingRequest request, in ErrorReply error);

    /// <summary>After a refused request, there is room again.</summary>
    void OnRoom(RespConnection connection);

    /// <summary>The connection takes no more requests; <see cref="OnLost"/> follows for each that was in flight.</summary>
    void OnClosed(RespConnection connection, Exception cause);

    /// <summary>A request will get no reply.</summary>
    void OnLost(PendingRequest request, Exception cause, bool mayHaveExecuted);

    /// <summary>All requests that were lost have been reported.</summary>
    void OnDrained(RespConnection connection);

    /// <summary>The connection is over, and nothing waits for this any more: the place to call a user's logger, which may block.</summary>
    void OnEnded(RespConnection connection, Exception cause)
    {
    }
}
