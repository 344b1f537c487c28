using TypedRedis.Protocol;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Connections;

public class RawBlockingTests
{
    [Fact]
    public async Task Raw_command_that_blocks_has_a_connection_that_no_other_command_uses_and_no_deadline()
    {
        await using NodeClient client = NodeClient.Create(commandTimeout: TimeSpan.FromSeconds(1));
        Task connecting = client.Node.ConnectAsync(CancellationToken.None);
        MemoryTransport shared = await client.Network.AcceptAsync();
        await shared.AcceptHandshakeAsync();
        await connecting.InTime();
        Task<string[]> blocked = client.ExecuteAsync(new RawCommand("BLPOP").Key("q").Argument(0).Blocking(), Reply.Array(Reply.String)).AsTask();
        MemoryTransport own = await client.Network.AcceptAsync();
        await own.AcceptHandshakeAsync();
        Assert.Equal("BLPOP q 0", string.Join(' ', await own.ReadCommandAsync()));
        Task<RespValue> other = client.ExecuteAsync(new RawCommand("GET").Key("k")).AsTask();
        Assert.Equal("GET k", string.Join(' ', await shared.ReadCommandAsync()));
        shared.Reply("+v\r\n");
        Assert.Equal("v", (await other.InTime()).ToString());
        client.Time.Advance(TimeSpan.FromHours(1));
        Assert.False(blocked.IsCompleted);
        own.Reply("*2\r\n$1\r\nq\r\n$1\r\nv\r\n");
        Assert.Equal(["q", "v"], await blocked.InTime());
    }

    [Fact]
    public async Task Raw_command_that_blocks_cannot_be_part_of_a_pipeline()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        using TestPipeline pipeline = cluster.CreatePipeline();
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => pipeline.Execute(new RawCommand("BLPOP").Key("q").Argument(0).Blocking()));
        Assert.Contains("BLPOP", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(0, pipeline.Length);
    }
}
