using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.Pipelines;

/// <summary>An empty transaction: whether a server that has refused MULTI takes it by now, before commands are sent that must not be executed without it.</summary>
internal sealed class MultiProbe(INodeChannel channel) : PendingBatch
{
    private const int Replies = 2;

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _received;

    /// <summary>What the server said against it; null if it takes MULTI.</summary>
    public RedisException? Refusal { get; private set; }

    private static ReadOnlySpan<byte> Frames => "*1\r\n$5\r\nMULTI\r\n*1\r\n$4\r\nEXEC\r\n"u8;

    /// <summary>Asks, and waits for the answer.</summary>
    public Task SendAsync(long deadline, CancellationToken cancellationToken)
    {
        byte[] rented = ByteArrays.Shared.Rent(Frames.Length);
        Frames.CopyTo(rented);
        Prepare(rented, Frames.Length, Replies, deadline);
        if (cancellationToken.CanBeCanceled)
        {
            RegisterCancellation(cancellationToken);
        }

        channel.SendNew(this);
        return _ended.Task;
    }

    protected override void Receive(ref RespReader reader)
    {
        bool isMulti = _received++ == 0;
        if (isMulti && reader.IsError)
        {
            Refusal = new ErrorReply(reader.Content).ToException();
        }
        else if (!isMulti && reader.IsError && Refusal is null)
        {
            GiveUp(new RedisConnectionException("The connection was given up: the server has taken MULTI and refuses EXEC."));
        }
    }

    protected override void SetResult() => _ended.SetResult();

    protected override void SetException(Exception failure) => _ended.SetException(failure);
}
