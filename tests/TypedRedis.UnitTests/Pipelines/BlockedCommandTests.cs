using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>A command that would damage a cluster is refused in every way in, before anything is sent.</summary>
public class BlockedCommandTests
{
    private static readonly CommandInfo s_failover = new("FAILOVER", CommandFlags.Keyless, RetryClass.NotIdempotent, defaultTarget: CommandTarget.Blocked);

    [Theory]
    [InlineData("reply")]
    [InlineData("no reply")]
    [InlineData("buffer")]
    [InlineData("blocking, reply")]
    [InlineData("blocking, no reply")]
    [InlineData("blocking, buffer")]
    public async Task Call_is_refused(string way)
    {
        (NodeClient client, MemoryTransport server) = await NodeClient.ConnectAsync();
        await using NodeClient _ = client;
        RedisClusterException refusal = await Assert.ThrowsAsync<RedisClusterException>(() => Send(client, way)).InTime();
        Assert.Equal("FAILOVER", refusal.Command);
        Assert.False(server.HasUnread);
    }

    [Fact]
    public async Task Pipeline_refuses_it_when_it_is_added()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using var pipeline = new Blocked(cluster.Client);
        Assert.Throws<RedisClusterException>(() => pipeline.Failover());
        Assert.Throws<RedisClusterException>(() => pipeline.Failover(new byte[8]));
        Assert.Equal(0, pipeline.Length);
    }

    [Fact]
    public async Task Single_server_gets_it()
    {
        (RedisServer client, MemoryTransport server) = await OneServer.ConnectAsync();
        await using RedisServer _ = client;
        Task call = Send(client, "no reply");
        Assert.Equal("FAILOVER", string.Join(' ', await server.ReadCommandAsync()));
        server.Reply("+OK\r\n");
        await call.InTime();
    }

    private static Task Send(RedisClient client, string way)
    {
        RequestWriter request = client.BeginRequest("*1\r\n$8\r\nFAILOVER\r\n"u8);
        return way switch
        {
            "reply" => client.SendAsync(ref request, s_failover, Reply.String, default, default).AsTask(),
            "no reply" => client.SendAsync(ref request, s_failover, default, default).AsTask(),
            "buffer" => client.SendAsync(ref request, s_failover, new byte[8], default, default).AsTask(),
            "blocking, reply" => client.SendBlockingAsync(ref request, s_failover, Reply.String, default, default).AsTask(),
            "blocking, no reply" => client.SendBlockingAsync(ref request, s_failover, default, default).AsTask(),
            _ => client.SendBlockingAsync(ref request, s_failover, new byte[8], default, default).AsTask(),
        };
    }

    private sealed class Blocked(RedisClient client) : RedisPipeline(client)
    {
        public Deferred Failover()
        {
            RequestWriter request = BeginRequest("*1\r\n$8\r\nFAILOVER\r\n"u8);
            return Add(ref request, s_failover);
        }

        public Deferred<int> Failover(Memory<byte> destination)
        {
            RequestWriter request = BeginRequest("*1\r\n$8\r\nFAILOVER\r\n"u8);
            return Add(ref request, s_failover, destination);
        }
    }
}
