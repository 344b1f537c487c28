using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>A call, a GET unless another command is named, that is used once and keeps its frame in arrays that the test counts.</summary>
internal sealed class OwnedReply : PendingReply<string?>
{
    public OwnedReply(ByteArrays arrays, long deadline = long.MaxValue, CommandInfo? command = null)
        : base(Reply.StringOrNull, arrays)
    {
        Begin(command ?? NodeClient.Get, bucket: -1, deadline);
        Result = new ValueTask<string?>(this, Token).AsTask();
    }

    /// <summary>The result for the one who made the call.</summary>
    public Task<string?> Result { get; }

    // Used once.
    protected override void Recycle()
    {
    }
}
