using TypedRedis.Buffers;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Routing;

namespace TypedRedis.UnitTests.Nodes;

/// <summary>What a recovery is told of requests that a node could not serve.</summary>
public sealed class NodeRecoveryTests : IRequestRecovery, IDisposable
{
    private static readonly RedisConnectionException s_lost = new("lost");
    private static readonly NodeConnection s_node = SlotMapTests.Node(1).Connection;

    private readonly PoisoningPool _pool = new();
    private readonly CancellationTokenSource _disposing = new();
    private readonly List<Loss> _losses = [];
    private readonly NodeRecovery _recovery;
    private readonly OwnedReply _call;

    public NodeRecoveryTests()
    {
        _recovery = new NodeRecovery(s_node, this, _disposing.Token);
        _call = new OwnedReply(new ByteArrays(_pool));
        _call.RetainFrame("frame"u8);
    }

    public void Dispose() => _disposing.Dispose();

    bool IRequestRecovery.TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source) => false;

    bool IRequestRecovery.TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source)
    {
        Assert.Same(_call, request);
        Assert.Same(s_node, source);
        _losses.Add(loss);
        return !loss.IsWaiting;
    }

    [Fact]
    public async Task Loss_of_what_may_have_been_executed_is_noted_in_the_request()
    {
        var loss = new Loss(s_lost, MayHaveExecuted: true);
        _recovery.HandleLoss(_call, loss);
        Assert.Equal([loss], _losses);
        _call.Fail(s_lost);
        Assert.True((await Assert.ThrowsAsync<RedisConnectionException>(() => _call.Result.InTime())).MayHaveExecuted);
    }

    [Fact]
    public async Task Disposal_is_the_cause_of_whatever_is_lost_after_it()
    {
        await _disposing.CancelAsync();
        Assert.True(_recovery.IsDisposing);
        _recovery.HandleLoss(_call, new Loss(s_lost, MayHaveExecuted: true));
        Loss loss = Assert.Single(_losses);
        Assert.True(loss.MayHaveExecuted);
        Assert.True(Assert.IsType<RedisConnectionException>(loss.Cause).IsFinal);
    }

    [Fact]
    public void Request_that_waited_for_a_failed_attempt_is_lost_and_one_that_might_wait_on_is_asked_about()
    {
        _recovery.HandBack(_call, s_lost);
        Assert.False(_recovery.TryReturn(_call, s_lost));
        Assert.False(_recovery.TryReturn(_call, cause: null));
        Assert.Equal([new Loss(s_lost), new Loss(s_lost, IsWaiting: true)], _losses[..2]);
        Assert.Equal(s_node.Endpoint, Assert.IsType<RedisConnectionException>(_losses[2].Cause).Endpoint);
        Assert.Equal(1, _pool.Out);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Request_that_was_completed_while_it_waited_is_let_go_of(bool mightWaitOn)
    {
        _call.Abandon(_call.Use, s_lost);
        if (mightWaitOn)
        {
            Assert.True(_recovery.TryReturn(_call, s_lost));
        }
        else
        {
            _recovery.HandBack(_call, s_lost);
        }

        Assert.Empty(_losses);
        _pool.AssertAllBack();
    }
}
