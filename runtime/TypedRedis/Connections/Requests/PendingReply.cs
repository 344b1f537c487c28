using System.Threading.Tasks.Sources;
using TypedRedis.Buffers;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>A pending command and the awaitable of its result. The object is used again once its result was taken.</summary>
/// <typeparam name="T">The result's type.</typeparam>
internal class PendingReply<T> : PendingRequest, IValueTaskSource<T>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<T> _core;
    private ReplyDecoder<T>? _decoder;
    private T _result = default!;

    protected PendingReply()
    {
    }

    /// <summary>A reply that is used once.</summary>
    protected PendingReply(ReplyDecoder<T> decoder) => _decoder = decoder;

    /// <summary>The same, with arrays for its frame from elsewhere.</summary>
    protected PendingReply(ReplyDecoder<T> decoder, ByteArrays arrays)
        : base(arrays) => _decoder = decoder;

    /// <summary>Identifies this use towards the awaiter.</summary>
    public short Token => _core.Version;

    public static PendingReply<T> Rent(CommandInfo command, int bucket, long deadline, ReplyDecoder<T> decoder)
    {
        PendingReply<T> reply = ObjectCache<PendingReply<T>>.TryTake() ?? new PendingReply<T>();
        reply._decoder = decoder;
        reply.Begin(command, bucket, deadline);
        return reply;
    }

    T IValueTaskSource<T>.GetResult(short token) => TakeResult(token);

    void IValueTaskSource.GetResult(short token) => TakeResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    protected override void DecodeResult(ref RespReader reader) => _result = _decoder!.Decode(ref reader);

    protected void StoreResult(T result) => _result = result;

    protected override void SetResult() => _core.SetResult(_result);

    protected override void SetException(Exception failure) => _core.SetException(failure);

    protected virtual void Recycle() => ObjectCache<PendingReply<T>>.Return(this);

    private T TakeResult(short token)
    {
        // A wrong token must not give back an object that another caller uses.
        bool current = token == _core.Version && _core.GetStatus(token) != ValueTaskSourceStatus.Pending;
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            if (current && TryEnd())
            {
                _result = default!;
                _decoder = null;
                _core.Reset();
                Recycle();
            }
        }
    }
}
