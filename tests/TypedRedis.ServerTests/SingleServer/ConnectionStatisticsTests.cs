using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.SingleServer;

[Collection(SingleServerCollection.Name)]
public sealed class ConnectionStatisticsTests(SingleServerFixture fixture)
{
    private const string Key = "statistics";

    // "*2\r\n$3\r\nGET\r\n$10\r\nstatistics\r\n" and "$5\r\nvalue\r\n".
    private const int GetLength = 13 + 17;
    private const int ReplyLength = 11;

    private readonly RedisServerProcess _server = fixture.Server;

    [Fact]
    public async Task Commands_replies_and_bytes_are_counted_exactly()
    {
        await using RedisServer client = await ConnectAsync();
        await client.SetAsync(Key, "value");
        RedisConnectionStatistics before = Read(client);
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal("value", await client.GetAsync(Key));
        }

        RedisConnectionStatistics after = Read(client);
        Assert.Equal(new RedisEndpoint("127.0.0.1", _server.Port), after.Endpoint);
        Assert.True(after.IsConnected);
        Assert.Equal(10, after.Commands - before.Commands);
        Assert.Equal(10, after.Replies - before.Replies);
        Assert.Equal(10 * GetLength, after.BytesSent - before.BytesSent);
        Assert.Equal(10 * ReplyLength, after.BytesReceived - before.BytesReceived);
        // One at a time: each by a send and a receive of its own.
        Assert.Equal(10, after.Flushes - before.Flushes);
        Assert.Equal(10, after.Reads - before.Reads);
        Assert.Equal((double)after.Commands / after.Flushes, after.CommandsPerFlush);
        Assert.Equal((double)after.BytesSent / after.Flushes, after.BytesPerFlush);
        Assert.Equal((double)after.Replies / after.Reads, after.RepliesPerRead);
    }

    [Fact]
    public async Task Calls_made_together_share_sends_and_receives()
    {
        await using RedisServer client = await ConnectAsync();
        await client.SetAsync(Key, "value");
        RedisConnectionStatistics before = Read(client);
        _server.Suspend();
        Task<string?>[] calls;
        try
        {
            calls = [.. Enumerable.Range(0, 1000).Select(_ => client.GetAsync(Key).AsTask())];
            // Whatever a send carries, it goes out while the server reads nothing.
            await Eventually.TrueAsync(() => Read(client).BytesSent - before.BytesSent == 1000 * GetLength, description: "all commands to be sent");
        }
        finally
        {
            _server.Resume();
        }

        await Task.WhenAll(calls);
        RedisConnectionStatistics after = Read(client);
        Assert.Equal(1000, after.Commands - before.Commands);
        Assert.InRange(after.Reads - before.Reads, 1, 500);
    }

    [Fact]
    public async Task Counts_go_on_over_a_lost_connection()
    {
        await using RedisServer client = await ConnectAsync();
        await client.SetAsync(Key, "value");
        RedisConnectionStatistics before = Read(client);
        await using (RawConnection rig = await _server.ConnectAsync())
        {
            await rig.CallAsync("CLIENT", "KILL", "ID", await client.ClientIdAsync());
        }

        await Eventually.TrueAsync(() => !Read(client).IsConnected, description: "the client to notice");
        RedisConnectionStatistics lost = Read(client);
        // CLIENT ID was the last one.
        Assert.Equal(1, lost.Commands - before.Commands);
        Assert.Equal(1, lost.Replies - before.Replies);

        Assert.Equal("value", await client.GetAsync(Key));
        RedisConnectionStatistics again = Read(client);
        Assert.True(again.IsConnected);
        Assert.True(again.Commands > lost.Commands + 1, "the handshake was not counted");
        Assert.True(again.Replies > lost.Replies && again.BytesSent > lost.BytesSent && again.BytesReceived > lost.BytesReceived, $"{lost} then {again}");
    }

    [Fact]
    public async Task Averages_are_zero_before_anything_went_through()
    {
        await using RedisServer client = await ConnectAsync();
        RedisConnectionStatistics unused = new() { Endpoint = client.Endpoint };
        Assert.Equal(0, unused.CommandsPerFlush);
        Assert.Equal(0, unused.BytesPerFlush);
        Assert.Equal(0, unused.RepliesPerRead);
    }

    private static RedisConnectionStatistics Read(RedisServer client) => Assert.Single(client.GetConnectionStatistics());

    private Task<RedisServer> ConnectAsync() => RedisServer.ConnectAsync($"redis://127.0.0.1:{_server.Port}");
}
