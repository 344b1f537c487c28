using TypedRedis.Pipelines;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

public class RefusedCommandTests
{
    [Fact]
    public async Task Execution_after_one_that_the_router_refused_sends_its_own_commands_only()
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        var content = new PipelineContent();
        var execution = new PipelineExecution(content, new OneNodeRouter(client.Node) { Refused = NodeClient.Incr });
        OneNodeRouter.AddGet(client, content, NodeClient.Get, "a");
        OneNodeRouter.AddGet(client, content, NodeClient.Incr, "refused");
        await Assert.ThrowsAsync<NotSupportedException>(() => execution.RunAsync(long.MaxValue, CancellationToken.None).AsTask());

        content.Clear();
        OneNodeRouter.AddGet(client, content, NodeClient.Get, "b");
        Task executed = execution.RunAsync(long.MaxValue, CancellationToken.None).AsTask();
        Assert.Equal("GET b", Assert.Single(await server.ReadCommandsAsync(1)));
        Assert.False(server.HasUnread);
        server.Reply("+B\r\n");
        await executed.InTime();
        Assert.Equal("B", content.Get<string?>(0));
        content.Release();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Execution_that_is_refused_leaves_the_replies_of_the_last_one(bool isTransaction)
    {
        (RedisServer client, MemoryTransport server) = await OneServer.ConnectAsync();
        await using RedisServer _ = client;
        using var pipeline = new TestPipeline(client);
        Deferred<string?> get = pipeline.Get("a");
        Task<PipelineReplies> call = pipeline.ExecuteAsync().AsTask();
        await server.ReadCommandsAsync(1);
        server.Reply("+A\r\n");
        PipelineReplies replies = await call.InTime();
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => isTransaction
            ? pipeline.ExecuteTransactionAsync(cancellationToken: cancelled).InTime()
            : pipeline.ExecuteAsync(cancellationToken: cancelled).InTime());
        Assert.Equal("A", replies.Get(get));
    }
}
