using TypedRedis.ServerTests.Blocking;
using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Pipelines;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Watch;

public sealed class WatchTests : IAsyncLifetime
{
    private RedisServerProcess _server = null!;

    public async Task InitializeAsync() => _server = await RedisServerProcess.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Commands_go_over_the_connection_that_watches_in_order()
    {
        await using RedisServer client = await ConnectAsync();
        await using RedisWatch watch = await RedisWatch.StartAsync(client, ["a", "b"]);
        long id = await watch.ClientIdAsync();
        await watch.SetAsync("a", "1");
        Assert.Equal("1", await watch.GetAsync("a"));
        Assert.Equal(id, await watch.ClientIdAsync());
        Assert.NotEqual(id, await client.ClientIdAsync());
    }

    [Fact]
    public async Task Transaction_fails_exactly_if_a_watched_key_changed()
    {
        await using RedisServer client = await ConnectAsync();
        foreach (bool isChanged in (bool[])[false, true])
        {
            await using RedisWatch watch = await RedisWatch.StartAsync(client, ["k"]);
            await watch.GetAsync("k");
            if (isChanged)
            {
                await client.SetAsync("k", "changed");
            }

            Task<bool> transaction = IPipelined.Create(watch).TransactionAsync(t => t.Set("k", "by transaction")).AsTask();
            if (isChanged)
            {
                await Assert.ThrowsAsync<RedisWatchException>(() => transaction);
            }
            else
            {
                await transaction;
            }

            Assert.Equal(isChanged ? "changed" : "by transaction", await client.GetAsync("k"));
        }
    }

    [Theory]
    [InlineData("MULTI")]
    [InlineData("exec")]
    [InlineData("DISCARD")]
    public async Task Raw_transaction_is_refused_since_typed_calls_would_get_QUEUED_as_their_replies(string word)
    {
        await using RedisServer client = await ConnectAsync();
        await client.SetAsync("k", "v");
        await using RedisWatch watch = await RedisWatch.StartAsync(client, ["k"]);
        IPipelined typed = IPipelined.Create(watch);
        RedisException? refusal = null;
        try
        {
            await watch.ExecuteAsync(new RawCommand(word));
        }
        catch (RedisException error)
        {
            refusal = error;
        }

        Assert.Equal("v", await typed.GetAsync("k"));
        Assert.Contains("TransactionAsync", Assert.IsType<RedisSessionException>(refusal).Message, StringComparison.Ordinal);
        using IPipelined.Pipeline pipeline = typed.CreatePipeline();
        Assert.Throws<RedisSessionException>(() => { pipeline.Execute(new RawCommand(word)); });
        Assert.True(await typed.TransactionAsync(t => t.Set("k", "w")));
    }

    [Fact]
    public async Task Disposal_unwatches_and_gives_the_connection_back()
    {
        await using RedisServer client = await ConnectAsync();
        long id;
        await using (RedisWatch watch = await RedisWatch.StartAsync(client, ["k"]))
        {
            id = await watch.ClientIdAsync();
        }

        Assert.Equal(1, await CallsOfAsync("unwatch"));
        await using RedisWatch next = await RedisWatch.StartAsync(client, ["k"]);
        Assert.Equal(id, await next.ClientIdAsync());
    }

    [Fact]
    public async Task Disposal_does_not_unwatch_what_is_watched_no_more()
    {
        await using RedisServer client = await ConnectAsync();
        long id;
        await using (RedisWatch watch = await RedisWatch.StartAsync(client, ["k"]))
        {
            id = await watch.ClientIdAsync();
            watch.NeedsUnwatch = false;
        }

        Assert.Equal(0, await CallsOfAsync("unwatch"));
        await using RedisWatch next = await RedisWatch.StartAsync(client, ["k"]);
        Assert.Equal(id, await next.ClientIdAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Connection_in_doubt_is_closed(bool blocks)
    {
        await using RedisServer client = await ConnectAsync();
        long id;
        await using (RedisWatch watch = await RedisWatch.StartAsync(client, ["k"]))
        {
            id = await watch.ClientIdAsync();
            var raw = new RawCommand("SELECT", "1");
            await watch.ExecuteAsync(blocks ? raw.Blocking() : raw);
        }

        await using RedisWatch next = await RedisWatch.StartAsync(client, ["k"]);
        Assert.NotEqual(id, await next.ClientIdAsync());
    }

    [Fact]
    public async Task Lost_connection_ends_the_watch()
    {
        await using RedisServer client = await ConnectAsync();
        await using RedisWatch watch = await RedisWatch.StartAsync(client, ["k"]);
        long id = await watch.ClientIdAsync();
        await client.ExecuteAsync(new RawCommand("CLIENT", "KILL", "ID").Argument(id));
        var error = await Assert.ThrowsAsync<RedisWatchException>(() => watch.GetAsync("k").AsTask());
        Assert.IsType<RedisConnectionException>(error.InnerException);
        await Assert.ThrowsAsync<RedisWatchException>(() => watch.SetAsync("k", "v").AsTask());
        Assert.Null(await client.GetAsync("k"));
    }

    [Fact]
    public async Task Blocking_command_that_is_cancelled_ends_the_watch()
    {
        await using RedisServer client = await ConnectAsync();
        await using RedisWatch watch = await RedisWatch.StartAsync(client, ["k"]);
        await client.LPushAsync("q", "v");
        Assert.Equal(("q", "v"), BlockingCommands.Pair(await watch.BLPopAsync("q")));
        using var cancel = new CancellationTokenSource();
        Task<string[]?> blocked = watch.BLPopAsync("q", cancellationToken: cancel.Token).AsTask();
        await BlockedClients.WaitForAsync(_server, 1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocked);
        await BlockedClients.WaitForAsync(_server, 0);
        await Eventually.TrueAsync(() => !watch.GetConnectionStatistics()[0].IsConnected, description: "the connection to be closed");
        // An element was taken before.
        await Assert.ThrowsAsync<RedisConnectionException>(() => watch.GetAsync("k").AsTask());
    }

    [Fact]
    public async Task Wait_shares_the_connection_with_the_writes()
    {
        await using RedisServer client = await ConnectAsync();
        await using RedisWatch watch = await RedisWatch.StartAsync(client, ["k"]);
        await watch.SetAsync("k", "v");
        Assert.Equal(0, await watch.WaitAsync(1, 20));
    }

    [Fact]
    public async Task Watches_count_among_the_dedicated_connections()
    {
        await using RedisServer client = await RedisServer.ConnectAsync(Options() with { MaxDedicatedConnections = 1 });
        await using (RedisWatch watch = await RedisWatch.StartAsync(client, ["k"]))
        {
            await Assert.ThrowsAsync<RedisConnectionLimitException>(() => RedisWatch.StartAsync(client, ["k"]).AsTask());
        }

        await using RedisWatch next = await RedisWatch.StartAsync(client, ["k"]);
    }

    [Fact]
    public async Task Disposed_client_ends_its_watches()
    {
        RedisServer client = await ConnectAsync();
        await using RedisWatch watch = await RedisWatch.StartAsync(client, ["k"]);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<RedisWatchException>(() => watch.GetAsync("k").AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => RedisWatch.StartAsync(client, ["k"]).AsTask());
    }

    [Fact]
    public async Task Wrong_use_is_told()
    {
        await using RedisServer client = await ConnectAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => RedisWatch.StartAsync(client, []).AsTask());
        RedisWatch watch = await RedisWatch.StartAsync(client, ["k"]);
        await Assert.ThrowsAsync<ArgumentException>(() => RedisWatch.StartAsync(watch, ["k"]).AsTask());
        await watch.DisposeAsync();
        await watch.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => watch.GetAsync("k").AsTask());
    }

    private async Task<long> CallsOfAsync(string command)
    {
        string statistics = (await _server.CallAsync("INFO", "commandstats")).Text!;
        string? line = statistics.Split("\r\n").SingleOrDefault(line => line.StartsWith($"cmdstat_{command}:calls=", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split('=', ',')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private RedisOptions Options() => new() { Endpoints = [new("127.0.0.1", _server.Port)] };

    private Task<RedisServer> ConnectAsync() => RedisServer.ConnectAsync(Options());
}
