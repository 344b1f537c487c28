using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.SingleServer;

/// <summary>Whether a write is sent again after a lost connection follows from the options that the call gave.</summary>
public sealed partial class RepeatedWriteTests
{
    [Fact]
    [Trait("Spec", "A63")]
    public async Task Set_without_a_condition_is_sent_again()
    {
        await using ScriptedServer server = StartThatClosesAtFirst();
        await using RedisServer client = await RedisServer.ConnectAsync(server.Uri.ToString());
        Assert.True(await IStrings.Create(client).SetAsync("k", "v", ex: 10));
        Assert.Equal(2, server.Requests.Count(request => request.Is("SET")));
    }

    [Fact]
    [Trait("Spec", "A63")]
    public async Task Set_with_a_condition_is_not()
    {
        await using ScriptedServer server = StartThatClosesAtFirst();
        await using RedisServer client = await RedisServer.ConnectAsync(server.Uri.ToString());
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => IStrings.Create(client).SetAsync("k", "v", nx: true).AsTask());
        Assert.Single(server.Requests, request => request.Is("SET"));
    }

    [Fact]
    [Trait("Spec", "A63")]
    public async Task Pipelines_decide_in_the_same_way()
    {
        await using ScriptedServer server = StartThatClosesAtFirst();
        await using RedisServer client = await RedisServer.ConnectAsync(server.Uri.ToString());
        using IStrings.Pipeline pipeline = IStrings.Create(client).CreatePipeline();
        Deferred<bool> plain = pipeline.Set("k", "v", ex: 10);
        Deferred<bool> conditional = pipeline.Set("k2", "v", nx: true);
        PipelineReplies replies = await pipeline.ExecuteAsync(throwOnError: false);
        Assert.True(replies.Get(plain));
        Assert.Throws<RedisOutcomeUnknownException>(() => replies.Get(conditional));
    }

    private static ScriptedServer StartThatClosesAtFirst()
    {
        int received = 0;
        ScriptedServer server = ScriptedServer.Start();
        server.Script = request => !request.Is("SET") ? null : Interlocked.Increment(ref received) == 1 ? ScriptedReply.Close : ScriptedReply.Ok;
        return server;
    }

    [RedisInterface(Groups = CommandGroups.String)]
    internal partial interface IStrings;
}
