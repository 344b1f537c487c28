using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>What a <see cref="ReplyReceiver"/> tells the connection it belongs to; called on its reader, and at most once for each batch of replies where all goes well.</summary>
internal interface IReceiverOwner
{
    /// <summary>A server error came for a request. True: the request was taken over.</summary>
    bool OnError(PendingRequest request, in ErrorReply error);

    /// <summary>Replies came to commands of so many bytes.</summary>
    void OnAnswered(long bytes);

    /// <summary>All replies to the commands in a segment have come.</summary>
    void OnAnswered(SendSegment segment);

    /// <summary>A request will get no reply.</summary>
    void OnLost(PendingRequest request, Exception cause, bool mayHaveExecuted);
}
