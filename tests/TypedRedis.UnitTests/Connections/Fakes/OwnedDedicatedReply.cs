using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;

namespace TypedRedis.UnitTests.Connections;

/// <summary>A call with a connection to itself that is used once, keeps its frame in arrays that the test counts, and tells of its attempts.</summary>
internal sealed class OwnedDedicatedReply : PendingReply<string?>, IDedicatedRequest
{
    public OwnedDedicatedReply(ByteArrays arrays)
        : base(Reply.StringOrNull, arrays)
    {
        Begin(NodeClient.Get, bucket: -1, long.MaxValue);
        Result = new ValueTask<string?>(this, Token).AsTask();
    }

    /// <summary>The result for the one who made the call.</summary>
    public Task<string?> Result { get; }

    /// <summary>Called with the connection when an attempt begins.</summary>
    public Action<DedicatedConnection>? Begun { get; set; }

    /// <summary>Called when an attempt ends; says whether the call goes on.</summary>
    public Func<bool>? Ended { get; set; }

    public long AttemptBegan => 0;

    public long SetUpMilliseconds => 0;

    public Admission Admission { get; } = new();

    public void BeginAttempt(DedicatedConnection connection) => Begun?.Invoke(connection);

    public bool EndAttempt() => Ended?.Invoke() ?? true;

    // Used once.
    protected override void Recycle()
    {
    }
}
