using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

public sealed class MonitorSessionTests
{
    [Fact]
    public async Task Monitor_records_words_as_sent_when_they_hold_strange_characters()
    {
        await using var server = await RedisServerProcess.StartAsync();
        await using MonitorSession monitor = await server.MonitorAsync();
        await server.CallAsync("set", "k\"\\ \r\n\t", "ü");
        await monitor.SettleAsync();
        MonitoredCommand command = Assert.Single(monitor.Commands);
        Assert.True(command.Is("SET", "k\"\\ \r\n\t", "ü"), command.ToString());
        Assert.Equal(0, command.Database);
    }

    [Fact]
    public async Task Nothing_is_missing_when_the_monitor_has_settled()
    {
        const int Count = 50000;
        await using var server = await RedisServerProcess.StartAsync();
        await using MonitorSession monitor = await server.MonitorAsync();
        // The script's reply arrives while most of its commands are still on their way to the monitor.
        await server.CallAsync("EVAL", $"for i = 1, {Count} do redis.call('INCR', KEYS[1]) end", 1, "k");
        await monitor.SettleAsync();
        Assert.Equal(Count, monitor.Commands.Count(command => command.Name == "INCR"));
    }

    [Fact]
    public async Task Wait_fails_with_what_was_executed_when_the_command_never_comes()
    {
        await using var server = await RedisServerProcess.StartAsync();
        await using MonitorSession monitor = await server.MonitorAsync();
        await server.CallAsync("INCR", "counter");
        await monitor.WaitForAsync(command => command.Name == "INCR");
        var exception = await Assert.ThrowsAsync<TimeoutException>(
            () => monitor.WaitForAsync(command => command.Name == "DECR", TimeSpan.FromMilliseconds(50)));
        Assert.Contains("INCR counter", exception.Message, StringComparison.Ordinal);
    }
}
