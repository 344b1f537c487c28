using TypedRedis.TestSupport.Embedded;

namespace TypedRedis.ServerTests.Embedded;

/// <summary>The basics on an embedded server, so that a machine without Redis and Valkey tests them too.</summary>
public sealed class EmbeddedServerTests
{
    [Fact]
    public async Task Strings_and_hashes_are_written_and_read()
    {
        await using EmbeddedServer server = EmbeddedServer.Start();
        await using RedisServer client = await RedisServer.ConnectAsync(server.Uri);
        IBasics redis = IBasics.Create(client);

        Assert.True(await redis.SetAsync("text", "hello"));
        Assert.Equal("hello", await redis.GetAsync("text"));
        Assert.Null(await redis.GetAsync("missing"));
        Assert.Equal(1, await redis.IncrAsync("number"));
        Assert.Equal(2, await redis.IncrAsync("number"));
        Assert.Equal(2, await redis.PutAsync("hash", new Dictionary<string, int> { ["cup"] = 4, ["teapot"] = 1 }));
        Assert.Equal(new Dictionary<string, int> { ["cup"] = 4, ["teapot"] = 1 }, await redis.HGetAllAsync("hash"));
        Assert.Equal(1, await redis.DelAsync("text"));
        Assert.Equal(0, await redis.DelAsync("text"));
    }

    [Fact]
    public async Task A_pipeline_keeps_the_order_of_its_replies()
    {
        await using EmbeddedServer server = EmbeddedServer.Start();
        await using RedisServer client = await RedisServer.ConnectAsync(server.Uri);
        using IBasics.Pipeline pipeline = IBasics.Create(client).CreatePipeline();
        Deferred<long>[] counts = [.. Enumerable.Range(0, 1_000).Select(_ => pipeline.Incr("count"))];

        PipelineReplies replies = await pipeline.ExecuteAsync();

        Assert.Equal(Enumerable.Range(1, counts.Length).Select(i => (long)i), counts.Select(replies.Get));
    }

    [Fact]
    public async Task Callers_at_once_get_each_their_own_reply()
    {
        await using EmbeddedServer server = EmbeddedServer.Start();
        await using RedisServer client = await RedisServer.ConnectAsync(server.Uri);
        IBasics redis = IBasics.Create(client);

        await Task.WhenAll(Enumerable.Range(0, 64).Select(caller => Task.Run(async () =>
        {
            string key = $"caller:{caller}";
            for (int i = 0; i < 100; i++)
            {
                string value = $"{caller}/{i}:{new string('x', i * 50)}";
                await redis.SetAsync(key, value);
                Assert.Equal(value, await redis.GetAsync(key));
            }
        })));
    }
}
