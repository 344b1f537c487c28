using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Scripts;

/// <summary>What a script or a function says in its own error is no reason to run it again: it may have written.</summary>
public sealed class OwnErrorTests
{
    public static TheoryData<string> Servers() => [.. ServerBinaries.Available().Select(server => server.Name)];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Script_that_ends_with_an_error_like_that_for_an_unknown_script_runs_once(string name)
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { Server = name });
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{server.Port}");
        IOwnErrors scripts = IOwnErrors.Create(client);
        for (int runs = 1; runs <= 2; runs++)
        {
            var error = await Assert.ThrowsAsync<RedisServerException>(() => scripts.RunAsync("k").AsTask());
            Assert.Equal("NOSCRIPT", error.Code);
            Assert.Equal($"{runs}", (await server.CallAsync("GET", "k")).Text);
        }

        using IOwnErrors.Pipeline pipeline = scripts.CreatePipeline();
        Deferred<long> reply = pipeline.Run("k");
        PipelineReplies replies = await pipeline.ExecuteAsync(throwOnError: false);
        Assert.False(replies.TryGet(reply, out _, out _));
        Assert.Equal("3", (await server.CallAsync("GET", "k")).Text);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Function_that_ends_with_the_error_for_an_unknown_function_runs_once_and_is_found_again_when_it_was_flushed(string name)
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { Server = name });
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{server.Port}");
        IOwnErrors functions = IOwnErrors.Create(client);
        for (int runs = 1; runs <= 3; runs++)
        {
            await Assert.ThrowsAsync<RedisServerException>(() => functions.CallAsync("k").AsTask());
            Assert.Equal($"{runs}", (await server.CallAsync("GET", "k")).Text);
        }

        await server.CallAsync("FUNCTION", "FLUSH");
        Assert.Equal(4, await functions.CountAsync("k"));
    }
}
