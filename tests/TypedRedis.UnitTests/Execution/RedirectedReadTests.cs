using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Execution;

/// <summary>What becomes of a blocked XREAD when its slot goes elsewhere.</summary>
public class RedirectedReadTests
{
    private const string Moved = "MOVED 3300 right:7000";
    private const string Ask = "ASK 3300 right:7000";

    [Theory]
    [InlineData(Moved)]
    [InlineData(Ask)]
    [InlineData("CLUSTERDOWN The cluster is down")]
    public async Task Read_of_new_entries_that_has_waited_is_not_repeated(string answer)
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        Task<RespValue> call = ReadAsync(cluster, "$");
        FakeRequest read = Assert.Single(await cluster.Left.TakeAsync(1));
        cluster.Time.Advance(TimeSpan.FromMilliseconds(250));
        read.Answer($"-{answer}\r\n");
        var error = await Assert.ThrowsAsync<RedisServerException>(() => call.InTime());
        Assert.Equal((answer.Split(' ')[0], 1, 0), (error.Code, error.Attempts, error.Redirects.Count));
        // The client knows the new owner all the same.
        Assert.Equal(answer == Moved ? "right" : "left", cluster.Client.GetNode("b").Endpoint.Host);
    }

    [Theory]
    [InlineData(Moved, "$", 249)]
    [InlineData(Moved, "0", 2_000)]
    [InlineData(Ask, "$", 249)]
    [InlineData(Ask, "0", 2_000)]
    public async Task Read_that_misses_nothing_follows_a_redirect(string answer, string id, int milliseconds)
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        Task<RespValue> call = ReadAsync(cluster, id);
        FakeRequest read = Assert.Single(await cluster.Left.TakeAsync(1));
        cluster.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        read.Answer($"-{answer}\r\n");
        if (answer == Ask)
        {
            FakeRequest asking = Assert.Single(await cluster.Right.TakeAsync(1));
            Assert.Equal("ASKING", asking.Text);
            asking.Answer("+OK\r\n");
        }

        FakeRequest again = Assert.Single(await cluster.Right.TakeAsync(1));
        Assert.Equal(read.Text, again.Text);
        again.Answer("_\r\n");
        Assert.True((await call.InTime()).IsNull);
    }

    [Theory]
    [InlineData(549, true)]
    [InlineData(550, false)]
    public async Task Redirect_from_a_node_far_away_may_take_as_long_as_the_set_up_of_the_connection_besides(int milliseconds, bool isFollowed)
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync();
        cluster.SetUpTime = TimeSpan.FromMilliseconds(300);
        Task<RespValue> call = ReadAsync(cluster, "$");
        FakeRequest read = Assert.Single(await cluster.Left.TakeAsync(1));
        cluster.Time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        read.Answer($"-{Moved}\r\n");
        if (isFollowed)
        {
            Assert.Single(await cluster.Right.TakeAsync(1)).Answer("_\r\n");
            Assert.True((await call.InTime()).IsNull);
        }
        else
        {
            Assert.Equal("MOVED", (await Assert.ThrowsAsync<RedisServerException>(() => call.InTime())).Code);
        }
    }

    // Of node left.
    private static Task<RespValue> ReadAsync(FakeCluster cluster, string id) => cluster.Client.ExecuteAsync(
        new RawCommand("XREAD").Argument("BLOCK").Argument(0).Argument("STREAMS").Key("b").Argument(id), Reply.Value, Deadline.None).AsTask();
}
