using TypedRedis.Protocol;
using TypedRedis.ServerTests.Frames;
using TypedRedis.ServerTests.Support;

namespace TypedRedis.ServerTests.SingleServer;

/// <summary>What callers are told when they use a client wrongly.</summary>
[Collection(SingleServerCollection.Name)]
public sealed class MannersTests(SingleServerFixture fixture)
{
    private string Url => $"redis://127.0.0.1:{fixture.Server.Port}";

    [Fact]
    public async Task Whatever_is_begun_after_the_end_of_a_client_says_that_it_was_disposed()
    {
        RedisServer client = await RedisServer.ConnectAsync(Url);
        IFrames frames = IFrames.Create(client);
        using IFrames.Pipeline pipeline = frames.CreatePipeline();
        _ = pipeline.Get("k");
        RedisWatch watch = await RedisWatch.StartAsync(client, ["k"]);
        await watch.DisposeAsync();
        await AssertDisposedAsync(() => watch.ExecuteAsync(new RawCommand("GET").Key("k")).AsTask());
        await AssertDisposedAsync(() => IFrames.Create(watch).TransactionAsync(t => t.Get("k")).AsTask());
        await client.DisposeAsync();
        await client.DisposeAsync();

        await AssertDisposedAsync(() => client.ExecuteAsync(new RawCommand("GET").Key("k")).AsTask());
        await AssertDisposedAsync(() => client.ExecuteAsync(new RawCommand("BLPOP").Key("k").Argument(0)).AsTask());
        await AssertDisposedAsync(() => client.ExecuteAsync(new RawCommand("GET").Key("k"), Reply.Lease).AsTask());
        await AssertDisposedAsync(() => frames.GetAsync("k").AsTask());
        await AssertDisposedAsync(() => frames.MSetAsync(new() { ["k"] = "v" }).AsTask());
        await AssertDisposedAsync(() => frames.BLPopAsync(["k"], 0).AsTask());
        await AssertDisposedAsync(() => frames.CountsAsync(["k"], []).AsTask());
        await AssertDisposedAsync(() => frames.MGetSplitAsync(["k"]).AsTask());
        await AssertDisposedAsync(() => pipeline.ExecuteAsync().AsTask());
        await AssertDisposedAsync(() => frames.PipelineAsync(p => p.Get("k")).AsTask());
        await AssertDisposedAsync(() => frames.TransactionAsync(p => p.Get("k")).AsTask());
        await AssertDisposedAsync(() => RedisWatch.StartAsync(client, ["k"]).AsTask());
        Assert.False(Assert.Single(client.GetConnectionStatistics()).IsConnected);
    }

    [Fact]
    public async Task Call_that_is_left_no_time_ends_at_once_and_sends_nothing()
    {
        await using RedisServer client = await RedisServer.ConnectAsync(Url);
        IFrames frames = IFrames.Create(client);
        var none = Deadline.After(TimeSpan.Zero);
        long before = client.GetConnectionStatistics()[0].Commands;
        foreach (Func<Task> call in (Func<Task>[])
            [
                () => client.ExecuteAsync(new RawCommand("INCR").Key("k"), Reply.Int64, none).AsTask(),
                () => client.ExecuteAsync(new RawCommand("BLPOP").Key("k").Argument(0), Reply.Value, none).AsTask(),
                () => frames.PipelineAsync(p => p.Get("k"), none).AsTask(),
                () => frames.TransactionAsync(p => p.Get("k"), none).AsTask(),
                () => frames.DelSplitAsync(["k"], none).AsTask(),
            ])
        {
            var error = await Assert.ThrowsAsync<RedisTimeoutException>(call);
            Assert.False(error.MayHaveExecuted);
        }

        Assert.Equal(before, client.GetConnectionStatistics()[0].Commands);
    }

    [Fact]
    public async Task Value_out_of_range_is_named_as_the_caller_calls_it_and_not_shown()
    {
        await using RedisServer client = await RedisServer.ConnectAsync(Url);
        IFrames frames = IFrames.Create(client);
        TimeSpan negative = TimeSpan.FromSeconds(-2);
        DateTimeOffset early = DateTimeOffset.UnixEpoch.AddSeconds(-1);
        await AssertRangeAsync("ttl", () => frames.ExpireAsync("k", negative).AsTask());
        await AssertRangeAsync("ex", () => frames.SetAsync("k", "v", ex: negative).AsTask());
        await AssertRangeAsync("at", () => frames.ExpireAtAsync("k", early).AsTask());
        await AssertRangeAsync("side", () => frames.PopAsync("k", (Side)7).AsTask());
        Assert.Equal("timeout", Assert.Throws<ArgumentOutOfRangeException>(() => Deadline.After(negative)).ParamName);
    }

    private static async Task AssertRangeAsync(string name, Func<Task> call)
    {
        var error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(call);
        Assert.Equal(name, error.ParamName);
        Assert.Null(error.ActualValue);
    }

    private static Task<ObjectDisposedException> AssertDisposedAsync(Func<Task> call) => Assert.ThrowsAsync<ObjectDisposedException>(call);
}
