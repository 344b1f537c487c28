using TypedRedis.Protocol;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Scripts;

/// <summary>Scripts choose the words of their errors, and may have written before. An error that begins like one of the server's own is no reason to run them again.</summary>
[Collection(SingleServerCollection.Name)]
public sealed class ScriptErrorTests(SingleServerFixture fixture)
{
    private readonly RedisServerProcess _server = fixture.Server;

    [Theory]
    [InlineData("TRYAGAIN the other side is busy")]
    [InlineData("READONLY this account is locked")]
    [InlineData("LOADING not ready")]
    [InlineData("CLUSTERDOWN nobody there")]
    [InlineData("MASTERDOWN nobody there")]
    public async Task Script_that_ends_with_an_error_worded_like_the_servers_runs_once(string text)
    {
        await _server.CallAsync("FLUSHALL");
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{_server.Port}");
        string script = $"redis.call('INCR', KEYS[1]) return redis.error_reply('{text}')";
        var call = new RawCommand("EVAL", script, "1").Key("runs");
        var error = await Assert.ThrowsAsync<RedisServerException>(() => client.ExecuteAsync(call, Reply.Value, Deadline.After(TimeSpan.FromSeconds(1))).AsTask());
        Assert.Equal(text.Split(' ')[0], error.Code);
        Assert.Equal("1", (await _server.CallAsync("GET", "runs")).Text);

        using IScripts.Pipeline pipeline = IScripts.Create(client).CreatePipeline();
        Deferred<RespValue> reply = pipeline.Execute(call);
        PipelineReplies replies = await pipeline.ExecuteAsync(throwOnError: false, Deadline.After(TimeSpan.FromSeconds(1)));
        Assert.False(replies.TryGet(reply, out _, out RedisException? failure));
        Assert.IsType<RedisServerException>(failure);
        Assert.Equal("2", (await _server.CallAsync("GET", "runs")).Text);
    }
}
