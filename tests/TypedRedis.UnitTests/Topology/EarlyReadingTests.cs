using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Topology;

/// <summary>What a cluster client makes of a replica's word that it is a primary.</summary>
public class EarlyReadingTests
{
    private const string Slave = "*5\r\n$5\r\nslave\r\n$4\r\nleft\r\n:7000\r\n$9\r\nconnected\r\n:14\r\n";
    private const string Master = "*3\r\n$6\r\nmaster\r\n:14\r\n*0\r\n";

    [Fact]
    public async Task What_waits_for_a_hung_primary_goes_to_its_successor_within_a_tenth_of_a_second_of_its_word()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync(hasHeir: true);
        Task<string> read = GetAsync(cluster);
        Task<long> increment = cluster.Client.ExecuteAsync(new RawCommand("INCR").Key("b"), Reply.Int64).AsTask();
        Assert.Equal("GET b", (await cluster.Left.TakeAsync(2))[0].Text);
        (await RoleAsync(cluster)).Answer(Slave);
        FakeRequest role = await RoleAsync(cluster);
        long sent = SentTo(cluster, "left");
        cluster.PromoteHeir();
        role.Answer(Master);

        // The clock stands still: the reading comes without a pause, and whoever has lost all slots is asked whether it works.
        await Wait.UntilAsync(() => SentTo(cluster, "left") > sent, "the question to the old primary");
        Assert.Equal("heir", cluster.Client.GetNode("b").Endpoint.Host);
        Assert.False(read.IsCompleted);
        cluster.Time.Advance(TimeSpan.FromMilliseconds(100));
        FakeRequest repeated = (await cluster.Heir.TakeAsync(1))[0];
        Assert.Equal("GET b", repeated.Text);
        repeated.Answer("+B\r\n");
        Assert.Equal("B", await read.InTime());
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => increment.InTime());
    }

    [Fact]
    public async Task Word_that_the_topology_does_not_bear_out_moves_nothing_and_costs_a_reading_a_second()
    {
        await using FakeCluster cluster = await FakeCluster.StartAsync(hasHeir: true);
        Task<string> read = GetAsync(cluster);
        FakeRequest sent = (await cluster.Left.TakeAsync(1))[0];
        for (int i = 0; i < 3; i++)
        {
            FakeRequest role = await RoleAsync(cluster);
            long readings = cluster.Client.Refreshes;
            role.Answer(Master);
            await Wait.UntilAsync(() => cluster.Client.Refreshes > readings, "an early reading");
            cluster.Time.Advance(TimeSpan.FromMilliseconds(900));
            Assert.False(cluster.Heir.HasMore);
        }

        Assert.Equal("left", cluster.Client.GetNode("b").Endpoint.Host);
        sent.Answer("+B\r\n");
        Assert.Equal("B", await read.InTime());
        Assert.False(cluster.Heir.HasMore);
    }

    [Fact]
    public async Task Client_is_disposed_while_a_question_is_under_way()
    {
        FakeCluster cluster = await FakeCluster.StartAsync(hasHeir: true);
        Task<string> read = GetAsync(cluster);
        await cluster.Left.TakeAsync(1);
        await RoleAsync(cluster);
        await cluster.DisposeAsync().InTime();
        await Assert.ThrowsAsync<RedisConnectionException>(() => read.InTime());
        cluster.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(cluster.Heir.HasMore);
    }

    // Lets clock time pass until the replica is asked. The clock stands still while a question is on its way, so that it is not answered too late.
    private static async Task<FakeRequest> RoleAsync(FakeCluster cluster)
    {
        await Wait.UntilAsync(
            () =>
            {
                if (!IsOnItsWay(cluster))
                {
                    cluster.Time.Advance(TimeSpan.FromMilliseconds(20));
                }

                return cluster.Heir.HasMore;
            },
            "the question for the role");
        FakeRequest role = (await cluster.Heir.TakeAsync(1))[0];
        Assert.Equal("ROLE", role.Text);
        return role;
    }

    private static bool IsOnItsWay(FakeCluster cluster) => cluster.Client.GetConnectionStatistics().Any(
        node => node.Endpoint.Host == "heir" && (node.Waiting > 0 || node.Commands > node.Replies));

    private static long SentTo(FakeCluster cluster, string host) => cluster.Client.GetConnectionStatistics().Single(node => node.Endpoint.Host == host).Commands;

    private static Task<string> GetAsync(FakeCluster cluster) => cluster.Client.ExecuteAsync(new RawCommand("GET").Key("b"), Reply.String).AsTask();
}
