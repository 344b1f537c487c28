using TypedRedis.Connections;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;
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
        var execution = new PipelineExecution(content, new RefusingRouter(client.Node));
        Add(client, content, NodeClient.Get, "a");
        Add(client, content, NodeClient.Incr, "refused");
        await Assert.ThrowsAsync<NotSupportedException>(() => execution.RunAsync(long.MaxValue, CancellationToken.None).AsTask());

        content.Clear();
        Add(client, content, NodeClient.Get, "b");
        Task executed = execution.RunAsync(long.MaxValue, CancellationToken.None).AsTask();
        Assert.Equal("GET b", Assert.Single(await server.ReadCommandsAsync(1)));
        Assert.False(server.HasUnread);
        server.Reply("+B\r\n");
        await executed.InTime();
        Assert.Equal("B", content.Get<string?>(0));
        content.Release();
    }

    private static void Add(NodeClient client, PipelineContent content, CommandInfo command, string key)
    {
        RequestWriter request = client.BeginRequest("*2\r\n$3\r\nGET\r\n"u8);
        request.WriteKey(key);
        content.Add(ref request, command, Reply.StringOrNull);
        request.Release();
    }

    // As a watch does with commands of another slot.
    private sealed class RefusingRouter(NodeConnection node) : IPipelineRouter
    {
        public Clock Clock => Clock.System;

        public IRequestChannel Find(CommandInfo command, int slot) => command == NodeClient.Incr ? throw new NotSupportedException("refused") : node;

        public Resending Recover(CommandInfo command, in ErrorReply error, IRequestChannel source, int attempts) => default;

        public void NoteLoss(IRequestChannel source)
        {
        }

        public bool MayRepeat(CommandInfo command) => false;
    }
}
