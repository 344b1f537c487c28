using TypedRedis.Connections;
using TypedRedis.Observation;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.GeneratorTests.Support;

/// <summary>A client of several nodes that all answer what the test says; one that is sent to a single node fails with <see cref="OneNode"/>.</summary>
internal sealed class SeveralNodesClient() : RedisClient(Clock.System, TimeSpan.FromSeconds(10), SlotHasher.Instance)
{
    public const string OneNode = "It went to one node.";

    /// <summary>What the nodes answer.</summary>
    public byte[][] Replies { get; set; } = [];

    public override IReadOnlyList<RedisConnectionStatistics> GetConnectionStatistics() => [];

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    internal override IRouter Router => throw new NotSupportedException("No test has a pipeline.");

    private protected override Func<ObservedCall?, Task<byte[]>>? FanOut(CommandInfo command, ReadOnlySpan<byte> frame, long deadline, CancellationToken cancellationToken) =>
        command.DefaultTarget is CommandTarget.Primaries or CommandTarget.AllNodes
            ? _ => Task.FromResult(NodeReplies.Merge(command.Response, Replies, Random.Shared))
            : null;

    private protected override void Dispatch(PendingRequest request, ref RequestWriter writer) => request.Fail(new RedisException(OneNode));

    private protected override void DispatchDedicated(PendingRequest request) => request.Fail(new RedisException(OneNode));
}
