using TypedRedis.Protocol;
using TypedRedis.ServerTests.Cluster;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Blocking;

/// <summary>Blocking commands on a server of their own, since they count its blocked clients.</summary>
public sealed class BlockingTests : IAsyncLifetime
{
    private RedisServerProcess _server = null!;

    public async Task InitializeAsync() => _server = await RedisServerProcess.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Element_that_arrives_ends_the_wait()
    {
        await using RedisServer client = await ConnectAsync();
        Task<string[]?> blocked = client.BLPopAsync("q").AsTask();
        await BlockedClients.WaitForAsync(_server, 1);
        await client.LPushAsync("q", "v");
        Assert.Equal(("q", "v"), BlockingCommands.Pair(await blocked));
    }

    [Fact]
    public async Task Timeout_of_the_command_gives_null_although_it_is_longer_than_the_command_timeout()
    {
        await using RedisServer client = await RedisServer.ConnectAsync(Options() with { CommandTimeout = TimeSpan.FromMilliseconds(300) });
        Assert.Null(await client.BLPopAsync("q", seconds: 0.8));
    }

    [Fact]
    public async Task Fifty_blocked_callers_delay_nobody()
    {
        await using RedisServer client = await ConnectAsync();
        Task<string[]?>[] blocked = [.. Enumerable.Range(0, 50).Select(i => client.BLPopAsync($"q{i}").AsTask())];
        await BlockedClients.WaitForAsync(_server, 50);
        await client.SetAsync("k", "v");
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal("v", await client.GetAsync("k", Deadline.After(TimeSpan.FromSeconds(5))));
        }

        Assert.All(blocked, call => Assert.False(call.IsCompleted));
        for (int i = 0; i < blocked.Length; i++)
        {
            await client.LPushAsync($"q{i}", $"{i}");
        }

        string[]?[] popped = await Task.WhenAll(blocked);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), popped.Select(pair => pair![1]));
    }

    [Fact]
    public async Task Cancelled_call_blocks_on_the_server_no_more_and_takes_nothing()
    {
        await using RedisServer client = await ConnectAsync();
        using var cancel = new CancellationTokenSource();
        Task<string[]?> blocked = client.BLPopAsync("q", cancellationToken: cancel.Token).AsTask();
        await BlockedClients.WaitForAsync(_server, 1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocked);
        await BlockedClients.WaitForAsync(_server, 0);
        Assert.DoesNotContain("flags=b", (await _server.CallAsync("CLIENT", "LIST")).Text, StringComparison.Ordinal);
        await client.LPushAsync("q", "v");
        Assert.Equal(1, await client.LLenAsync("q"));
        Assert.Equal(("q", "v"), BlockingCommands.Pair(await client.BLPopAsync("q")));
    }

    [Fact]
    public async Task Deadline_ends_the_call_on_the_server_too()
    {
        await using RedisServer client = await ConnectAsync();
        var error = await Assert.ThrowsAsync<RedisTimeoutException>(
            () => client.BLPopAsync("q", deadline: Deadline.After(TimeSpan.FromMilliseconds(200))).AsTask());
        Assert.True(error.MayHaveExecuted);
        await BlockedClients.WaitForAsync(_server, 0);
    }

    [Fact]
    public async Task Disposal_ends_blocked_calls_at_once()
    {
        RedisServer client = await ConnectAsync();
        Task<string[]?> blocked = client.BLPopAsync("q").AsTask();
        await BlockedClients.WaitForAsync(_server, 1);
        await client.DisposeAsync();
        // The server may have taken an element for it in the same moment.
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => blocked);
        await BlockedClients.WaitForAsync(_server, 0);
    }

    [Fact]
    public async Task Limit_is_refused_at_once_and_free_again_after_a_call()
    {
        await using RedisServer client = await RedisServer.ConnectAsync(Options() with { MaxDedicatedConnections = 2 });
        Task<string[]?> one = client.BLPopAsync("a").AsTask();
        Task<string[]?> two = client.BLPopAsync("b").AsTask();
        await BlockedClients.WaitForAsync(_server, 2);
        var error = await Assert.ThrowsAsync<RedisConnectionLimitException>(() => client.BLPopAsync("c").AsTask());
        Assert.Equal(new RedisEndpoint("127.0.0.1", _server.Port), error.Endpoint);
        await client.LPushAsync("a", "v");
        await one;
        await client.LPushAsync("c", "w");
        Assert.Equal(("c", "w"), BlockingCommands.Pair(await client.BLPopAsync("c")));
        await client.LPushAsync("b", "x");
        Assert.Equal(("b", "x"), BlockingCommands.Pair(await two));
    }

    [Fact]
    public async Task Connections_are_used_again()
    {
        await using RedisServer client = await ConnectAsync();
        for (int i = 0; i < 20; i++)
        {
            await client.LPushAsync("q", "v");
            Assert.NotNull(await client.BLPopAsync("q"));
        }

        string list = (await _server.CallAsync("CLIENT", "LIST")).Text!;
        // Shared, dedicated, and the one that asks.
        Assert.Equal(3, list.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Killed_server_leaves_the_outcome_of_a_pop_unknown_and_of_a_read_of_new_entries_and_repeats_other_reads()
    {
        await using RedisServer client = await ConnectAsync();
        Task<string[]?> pop = client.BLPopAsync("q").AsTask();
        Task<RespValue> read = client.XReadAsync("s", "0").AsTask();
        Task<RespValue> readNew = client.XReadAsync("s", "$").AsTask();
        await BlockedClients.WaitForAsync(_server, 3);
        await _server.KillAsync();
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => pop);
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => readNew);
        await _server.RestartAsync();
        await BlockedClients.WaitForAsync(_server, 1);
        await client.ExecuteAsync(new RawCommand("XADD").Key("s").Argument("*").Argument("f").Argument("v"));
        Assert.False((await read).IsNull);
    }

    [Fact]
    public async Task Unblocked_by_an_administrator_is_an_error_of_the_server()
    {
        await using RedisServer client = await ConnectAsync();
        Task<string[]?> blocked = client.BLPopAsync("q").AsTask();
        await BlockedClients.WaitForAsync(_server, 1);
        string line = (await _server.CallAsync("CLIENT", "LIST")).Text!.Split('\n').Single(entry => entry.Contains("flags=b", StringComparison.Ordinal));
        await _server.CallAsync("CLIENT", "UNBLOCK", line.Split(' ')[0]["id=".Length..], "ERROR");
        var error = await Assert.ThrowsAsync<RedisServerException>(() => blocked);
        Assert.Equal("UNBLOCKED", error.Code);
    }

    [Fact]
    public async Task Raw_command_that_says_so_blocks_on_a_connection_of_its_own()
    {
        await using RedisServer client = await RedisServer.ConnectAsync(Options() with { CommandTimeout = TimeSpan.FromMilliseconds(500) });
        using var cancel = new CancellationTokenSource();
        Task<RespValue> cancelled = client.ExecuteAsync(new RawCommand("BLPOP").Key("none").Argument(0).Blocking(), cancel.Token).AsTask();
        Task<string[]> blocked = client.ExecuteAsync(new RawCommand("BLPOP").Key("q").Argument(0).Blocking(), Reply.Array(Reply.String)).AsTask();
        await BlockedClients.WaitForAsync(_server, 2);
        await client.SetAsync("k", "v");
        Assert.Equal("v", await client.GetAsync("k"));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await BlockedClients.WaitForAsync(_server, 1);
        await client.LPushAsync("q", "element");
        Assert.Equal(["q", "element"], await blocked);
    }

    [Fact]
    public async Task Wait_is_refused_on_a_shared_connection()
    {
        await using RedisServer client = await ConnectAsync();
        await Assert.ThrowsAsync<RedisSessionException>(() => client.WaitAsync(1, 10).AsTask());
    }

    private RedisOptions Options() => new() { Endpoints = [new("127.0.0.1", _server.Port)] };

    private Task<RedisServer> ConnectAsync() => RedisServer.ConnectAsync(Options());
}
