using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Scripts;

[Collection(SingleServerCollection.Name)]
public sealed class ServerFunctionTests(SingleServerFixture fixture) : IAsyncLifetime
{
    private readonly RedisServerProcess _server = fixture.Server;
    private RedisServer _client = null!;
    private IFunctions _functions = null!;

    public async Task InitializeAsync()
    {
        await _server.CallAsync("FLUSHALL");
        await _server.CallAsync("FUNCTION", "FLUSH");
        _client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{_server.Port}");
        _functions = IFunctions.Create(_client);
    }

    public async Task DisposeAsync() => await _client.DisposeAsync();

    [Fact]
    public async Task Library_is_loaded_on_demand_and_only_then()
    {
        await _server.CallAsync("CONFIG", "RESETSTAT");
        Assert.Equal(2, await _functions.AddAsync("f:k", 2));
        Assert.Equal(3, await _functions.AddAsync("f:k", 1));
        Assert.Equal("3", await _functions.ReadAsync("f:k"));
        Assert.Equal("shop", await _functions.NameAsync());
        CommandStatistics statistics = await StatisticsAsync();
        Assert.Equal(1, statistics["function|load"].Calls);
        Assert.Equal(4, statistics["fcall"].Calls);
        Assert.Equal(1, statistics["fcall_ro"].Calls);
    }

    [Fact]
    public async Task Concurrent_first_calls_load_the_library_once()
    {
        await _server.CallAsync("CONFIG", "RESETSTAT");
        long[] values = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => _functions.AddAsync("f:many", 1).AsTask()));
        Assert.Equal(Enumerable.Range(1, 64).Select(i => (long)i), values.Order());
        Assert.InRange((await StatisticsAsync())["function|load"].Calls, 1, 2);
    }

    [Fact]
    public async Task Function_that_nobody_has_is_the_callers_error()
    {
        var missing = await Assert.ThrowsAsync<RedisServerException>(() => _functions.MissingAsync("f:k").AsTask());
        Assert.Equal("FCALL", missing.Command);
        await _server.CallAsync("CONFIG", "RESETSTAT");
        await Assert.ThrowsAsync<RedisServerException>(() => _functions.UnknownAsync("f:k").AsTask());
        CommandStatistics statistics = await StatisticsAsync();
        Assert.Equal(0, statistics["function|load"].Calls);
        Assert.Equal(1, statistics["fcall"].Calls);
    }

    private async Task<CommandStatistics> StatisticsAsync() => CommandStatistics.Parse((await _server.CallAsync("INFO", "commandstats")).Text!);
}
