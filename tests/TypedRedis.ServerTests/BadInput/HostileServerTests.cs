using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.BadInput;

/// <summary>Servers that send what no server should: each call gets a clear error, the connection ends, and later calls work.</summary>
[Collection(AloneCollection.Name)]
public sealed class HostileServerTests
{
    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("\0\0\0\0\0\0\0\0")]
    public async Task Garbage_instead_of_the_greeting_is_a_protocol_error(string garbage)
    {
        await using ScriptedServer server = ScriptedServer.Start(_ => ScriptedReply.Raw(garbage));
        await Assert.ThrowsAsync<RedisProtocolException>(() => RedisServer.ConnectAsync(server.Uri.ToString()));
    }

    [Theory]
    [InlineData("garbage\r\n")]
    [InlineData("$3\r\nabcdef\r\n")]
    [InlineData("$-7\r\n")]
    [InlineData("*1x\r\n")]
    public async Task Garbage_instead_of_a_reply_ends_that_connection_only(string garbage)
    {
        await using ScriptedServer server = ScriptedServer.Start(request => request.Is("GET", "bad") ? ScriptedReply.Raw(garbage) : Answer(request));
        await using RedisServer client = await RedisServer.ConnectAsync(server.Uri.ToString());

        await Assert.ThrowsAsync<RedisProtocolException>(async () => await client.GetAsync("bad"));

        Assert.Equal("value", await client.GetAsync("good"));
        Assert.Equal(2, server.Connections.Count);
    }

    [Fact]
    public async Task Two_gigabytes_announced_and_ten_bytes_sent_is_a_protocol_error_that_allocates_nothing()
    {
        await using ScriptedServer server = ScriptedServer.Start(
            request => request.Is("GET", "bad") ? ScriptedReply.Raw("$2147483647\r\n0123456789") : Answer(request));
        await using RedisServer client = await RedisServer.ConnectAsync(server.Uri.ToString());
        long before = GC.GetTotalAllocatedBytes(precise: true);

        await Assert.ThrowsAsync<RedisProtocolException>(async () => await client.GetAsync("bad"));

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 50_000_000);
        Assert.Equal("value", await client.GetAsync("good"));
    }

    [Fact]
    public async Task An_allowed_length_announced_and_ten_bytes_sent_ends_with_the_deadline_and_allocates_nothing()
    {
        await using ScriptedServer server = ScriptedServer.Start(
            request => request.Is("GET", "bad") ? ScriptedReply.Raw("$500000000\r\n0123456789") : Answer(request));
        await using RedisServer client = await RedisServer.ConnectAsync(server.Uri.ToString());
        long before = GC.GetTotalAllocatedBytes(precise: true);

        var error = await Assert.ThrowsAsync<RedisTimeoutException>(
            async () => await client.GetAsync("bad", Deadline.After(TimeSpan.FromMilliseconds(300))));

        Assert.True(error.MayHaveExecuted);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 50_000_000);
    }

    [Fact]
    public async Task A_million_levels_of_nesting_are_a_protocol_error()
    {
        string nested = string.Concat(Enumerable.Repeat("*1\r\n", 1_000_000));
        await using ScriptedServer server = ScriptedServer.Start(request => request.Is("GET", "bad") ? ScriptedReply.Raw(nested) : Answer(request));
        await using RedisServer client = await RedisServer.ConnectAsync(server.Uri.ToString());

        await Assert.ThrowsAsync<RedisProtocolException>(async () => await client.GetAsync("bad"));

        Assert.Equal("value", await client.GetAsync("good"));
    }

    [Fact]
    public async Task A_reply_of_the_wrong_type_fails_its_call_and_keeps_the_connection()
    {
        await using ScriptedServer server = ScriptedServer.Start(
            request => request.Is("GET", "bad") ? ScriptedReply.Array(ScriptedReply.Number(1)) : Answer(request));
        await using RedisServer client = await RedisServer.ConnectAsync(server.Uri.ToString());

        await Assert.ThrowsAsync<RedisReplyException>(async () => await client.GetAsync("bad"));

        Assert.Equal("value", await client.GetAsync("good"));
        Assert.Single(server.Connections);
    }

    private static ScriptedReply? Answer(ScriptedRequest request) => request.Is("GET") ? ScriptedReply.Bulk("value") : null;
}
