using TypedRedis.Buffers;

namespace TypedRedis.Connections;

/// <summary>Who is to be told of a request's end. Objects are used again.</summary>
internal sealed class RequestObservation
{
    private ICompletionListener? _listener;
    private CallTag _tag;
    private RedisEndpoint? _node;

    public static RequestObservation Rent(ICompletionListener listener, in CallTag tag)
    {
        RequestObservation observation = ObjectCache<RequestObservation>.TryTake() ?? new RequestObservation();
        observation._listener = listener;
        observation._tag = tag;
        return observation;
    }

    /// <summary>Notes who answered, as long as that is known.</summary>
    public void NoteAnswer(RedisEndpoint? node) => _node = node;

    /// <summary>Tells of the end, which is the end of this object's use.</summary>
    public void End(PendingRequest request, Exception? failure)
    {
        ICompletionListener listener = _listener!;
        CallTag tag = _tag;
        RedisEndpoint? node = _node ?? (failure as RedisException)?.Endpoint;
        _listener = null;
        _tag = default;
        _node = null;
        ObjectCache<RequestObservation>.Return(this);
        listener.OnCompleted(request, failure, node, tag);
    }
}
