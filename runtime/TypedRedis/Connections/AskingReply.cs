using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>Stands in the queue for the reply to ASKING, which nobody awaits. It has no state, so one serves all.</summary>
internal sealed class AskingReply : PendingRequest
{
    public static AskingReply Instance { get; } = new();

    /// <summary>The command as it is sent.</summary>
    public static ReadOnlySpan<byte> Bytes => "*1\r\n$6\r\nASKING\r\n"u8;

    protected override void DecodeResult(ref RespReader reader)
    {
    }

    protected override void SetResult()
    {
    }

    protected override void SetException(Exception failure)
    {
    }
}
