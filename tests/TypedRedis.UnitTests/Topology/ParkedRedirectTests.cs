using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Topology;

/// <summary>Calls that are redirected again and again wait in between, as far as there is room.</summary>
public class ParkedRedirectTests
{
    // The slot of key b.
    private const string MovedToLeft = "-MOVED 3300 left:7000\r\n";
    private const string MovedToRight = "-MOVED 3300 right:7000\r\n";

    [Fact]
    public async Task Fifth_redirect_is_the_callers_if_as_many_calls_wait_as_may()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync(configure: options => options with { MaxWaitingCommands = 1 });
        Task<string> waiting = GetAsync(cluster);
        (await cluster.Left.TakeAsync(1))[0].Answer("-TRYAGAIN Multiple keys request during rehashing of slot\r\n");
        Task<string> redirected = GetAsync(cluster);
        for (int i = 0; i < 5; i++)
        {
            FakeNode node = i % 2 == 0 ? cluster.Left : cluster.Right;
            (await node.TakeAsync(1))[0].Answer(i % 2 == 0 ? MovedToRight : MovedToLeft);
        }

        RedisServerException error = await Assert.ThrowsAsync<RedisServerException>(() => redirected.InTime());
        Assert.Equal("MOVED", error.Code);
        Assert.Equal(5, error.Redirects.Count);
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task Fifth_redirect_is_followed_after_a_pause_if_there_is_room()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync(configure: options => options with { MaxWaitingCommands = 1 });
        Task<string> redirected = GetAsync(cluster);
        for (int i = 0; i < 5; i++)
        {
            FakeNode node = i % 2 == 0 ? cluster.Left : cluster.Right;
            (await node.TakeAsync(1))[0].Answer(i % 2 == 0 ? MovedToRight : MovedToLeft);
        }

        (await cluster.TakeInTimeAsync(cluster.Right, 1))[0].Answer("+B\r\n");
        Assert.Equal("B", await redirected.InTime());
    }

    private static Task<string> GetAsync(FakeCluster cluster) => cluster.Client.ExecuteAsync(new RawCommand("GET").Key("b"), Reply.String).AsTask();
}
