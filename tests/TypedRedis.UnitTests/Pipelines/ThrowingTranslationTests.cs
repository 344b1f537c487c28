using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.Routing;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>A translation of addresses is code of the user's, and may throw anything, also what the client itself throws for other reasons.</summary>
public class ThrowingTranslationTests
{
    public static TheoryData<Exception> Thrown { get; } =
    [
        new RedisConnectionException("thrown by a translation"),
        new RedisProtocolException("thrown by a translation"),
        new OperationCanceledException("thrown by a translation"),
        new InvalidOperationException("thrown by a translation"),
    ];

    [Theory]
    [MemberData(nameof(Thrown), DisableDiscoveryEnumeration = true)]
    public async Task Translation_that_throws_in_a_transaction_costs_that_transaction_alone(Exception thrown)
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient disposing = client;
        var content = new PipelineContent();
        OneNodeRouter.AddGet(client, content, NodeClient.Get, "a");
        Task transaction = new TransactionExecution(content, new ThrowingRouter(client.Node, thrown), scope: null).RunAsync(long.MaxValue, default);
        Task<string?> bystander = client.GetAsync("b").AsTask();
        Assert.Equal(["MULTI", "GET a", "EXEC", "GET b"], await server.ReadCommandsAsync(4));
        server.Reply("+OK\r\n-MOVED 1 elsewhere:7000\r\n-EXECABORT Transaction discarded because of previous errors.\r\n+B\r\n");
        RedisException failure = await Assert.ThrowsAnyAsync<RedisException>(() => transaction.InTime());
        Assert.Same(thrown, failure.InnerException);
        Assert.DoesNotContain(thrown.Message, failure.Message, StringComparison.Ordinal);
        Assert.Equal("B", await bystander.InTime());
        Assert.False(server.HasUnread);
        Assert.Equal(1, client.Network.Dials);
    }

    private sealed class ThrowingRouter(NodeConnection node, Exception thrown) : IRouter
    {
        public Clock Clock => Clock.System;

        public bool RepeatsAll => true;

        public bool FollowsRedirects => true;

        public INodeChannel Select(CommandInfo command, int bucket) => node;

        public INodeChannel Follow(Redirect redirect, bool isMoved, INodeChannel source, bool mustBeKnown) => throw thrown;

        public void LookAnew(INodeChannel node, RedisException answer)
        {
        }

        public void NoteLoss(INodeChannel node, bool isKeyless)
        {
        }
    }
}
