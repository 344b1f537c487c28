using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Counts of what went through connections, and what users see of them.</summary>
public class ConnectionCountersTests
{
    [Fact]
    public void Counts_of_several_connections_are_added_up()
    {
        var total = new ConnectionCounters();
        for (int i = 0; i < 2; i++)
        {
            var one = new ConnectionCounters();
            one.CountCommands(10);
            one.CountCommands(2);
            one.CountFlush(100);
            one.CountFlush(20);
            one.CountFlush(3);
            one.CountRead(50);
            one.CountRead(6);
            one.CountReplies(7);
            one.CountReplies(1);
            one.CountUnhandledPush();
            total.Add(one);
        }

        RedisConnectionStatistics seen = total.ToStatistics(new("host", 1), isConnected: true);
        Assert.Equal((24, 16, 6, 246, 4, 112, 2), (seen.Commands, seen.Replies, seen.Flushes, seen.BytesSent, seen.Reads, seen.BytesReceived, seen.UnhandledPushes));
        Assert.Equal((new RedisEndpoint("host", 1), true), (seen.Endpoint, seen.IsConnected));
        Assert.Equal((4.0, 41.0, 4.0), (seen.CommandsPerFlush, seen.BytesPerFlush, seen.RepliesPerRead));
        Assert.False(total.ToStatistics(new("host", 1), isConnected: false).IsConnected);
    }

    [Fact]
    public void Averages_of_nothing_are_zero()
    {
        RedisConnectionStatistics seen = new ConnectionCounters().ToStatistics(new("host", 1), isConnected: false);
        Assert.Equal((0.0, 0.0, 0.0), (seen.CommandsPerFlush, seen.BytesPerFlush, seen.RepliesPerRead));
    }
}
