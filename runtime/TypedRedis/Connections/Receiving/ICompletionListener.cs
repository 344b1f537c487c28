namespace TypedRedis.Connections;

/// <summary>Is told once of the end of each request that it was made known to.</summary>
internal interface ICompletionListener
{
    /// <summary>The call has its result, and its awaiter goes on next. Runs on readers; must neither block nor throw.</summary>
    /// <param name="request">The request, for this moment only.</param>
    /// <param name="failure">Its error; null if it succeeded.</param>
    /// <param name="node">Who answered it; null if nobody did.</param>
    /// <param name="tag">What the listener gave along.</param>
    void OnCompleted(PendingRequest request, Exception? failure, RedisEndpoint? node, in CallTag tag);
}
