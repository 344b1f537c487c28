using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>
/// A command that goes right before another one (<see cref="PendingRequest.Prefix"/>), and stands in the queue for its reply, which nobody awaits. It has no
/// state, so one serves all requests and connections.
/// </summary>
internal sealed class UnawaitedReply : PendingRequest
{
    private readonly byte[] _bytes;

    /// <summary>One command.</summary>
    /// <param name="bytes">As it is sent.</param>
    public UnawaitedReply(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes.ToArray();
        IsUnawaited = true;
    }

    /// <summary>The command as it is sent.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

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
