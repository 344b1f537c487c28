using TypedRedis.ServerTests.Cluster;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Pipelines;

/// <summary>Servers that do not do with MULTI, the commands or EXEC what a transaction is made of.</summary>
public sealed class RefusedTransactionTests : IAsyncLifetime
{
    private RedisServerProcess _server = null!;

    public async Task InitializeAsync() =>
        _server = await RedisServerProcess.StartAsync(new() { Users = ["limited on >secret ~* &* +@all -multi"], Password = "rig" });

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Refused_multi_leaves_the_outcome_open_and_the_next_transaction_sends_no_command()
    {
        await using RedisServer client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        long connection = await client.ClientIdAsync();
        var unknown = await Assert.ThrowsAsync<RedisOutcomeUnknownException>(async () => await redis.TransactionAsync(t => (t.Incr("n"), t.Incr("{n}m"))));
        Assert.Contains("MULTI", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("NOPERM", unknown.Message, StringComparison.Ordinal);
        Assert.NotEqual(connection, await client.ClientIdAsync());
        string? after = await redis.GetAsync("n");

        var refused = await Assert.ThrowsAsync<RedisServerException>(async () => await redis.TransactionAsync(t => (t.Incr("n"), t.Incr("{n}m"))));
        Assert.Equal("NOPERM", refused.Code);
        Assert.False(refused.MayHaveExecuted);
        Assert.Equal(after, await redis.GetAsync("n"));

        await _server.CallAsync("ACL", "SETUSER", "limited", "+multi");
        Assert.Equal((1, 2), await redis.TransactionAsync(t => (t.Incr("new"), t.Incr("new"))));
        Assert.Equal((3, 4), await redis.TransactionAsync(t => (t.Incr("new"), t.Incr("new"))));
    }

    [Fact]
    public async Task Refused_exec_executes_nothing_and_leaves_no_transaction_open()
    {
        await _server.CallAsync("ACL", "SETUSER", "limited", "+multi", "-exec");
        await using RedisServer client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        await Assert.ThrowsAsync<RedisPipelineException>(async () => await redis.TransactionAsync(t => (t.Incr("n"), t.Incr("n"))));
        Assert.Null(await redis.GetAsync("n"));
    }

    [Theory]
    [InlineData("MULTI", ":1\r\n")]
    [InlineData("INCR", ":1\r\n")]
    [InlineData("EXEC", "-ERR unknown command 'EXEC'\r\n")]
    [InlineData("EXEC", "*1\r\n:1\r\n")]
    public async Task Answer_that_is_none_of_a_transaction_leaves_the_outcome_open_and_ends_the_connection(string command, string answer)
    {
        await using var server = ScriptedServer.Start(request => request.Is(command) ? ScriptedReply.Raw(answer)
            : request.Is("MULTI") ? ScriptedReply.Ok
            : request.Is("INCR") ? ScriptedReply.Simple("QUEUED")
            : request.Is("EXEC") ? ScriptedReply.Array(ScriptedReply.Number(1), ScriptedReply.Number(2))
            : null);
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{server.Port}");
        IPipelined redis = IPipelined.Create(client);
        var unknown = await Assert.ThrowsAsync<RedisOutcomeUnknownException>(async () => await redis.TransactionAsync(t => (t.Incr("n"), t.Incr("n"))));
        Assert.Contains(command, unknown.Message, StringComparison.Ordinal);
        Assert.Equal("PONG", await client.PingAsync());
        Assert.Equal(2, server.Connections.Count);
        Assert.True(server.Connections[0].IsClosed);
    }

    private Task<RedisServer> ConnectAsync() => RedisServer.ConnectAsync($"redis://limited:secret@127.0.0.1:{_server.Port}");
}
