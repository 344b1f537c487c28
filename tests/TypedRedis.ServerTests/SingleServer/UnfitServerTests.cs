using TypedRedis.ServerTests.Blocking;
using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Pipelines;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.SingleServer;

/// <summary>A server that cannot serve at the moment, and says so: calls wait until it can, or until the name leads to one that can.</summary>
public sealed class UnfitServerTests
{
    private static readonly Deadline s_patient = Deadline.After(TimeSpan.FromSeconds(20));

    [Fact]
    [Trait("Spec", "A71")]
    public async Task No_write_fails_when_the_primary_behind_a_name_is_demoted()
    {
        await using var old = await RedisServerProcess.StartAsync();
        await using var heir = await RedisServerProcess.StartAsync();
        var name = new NamedServer(old);
        await using RedisServer client = await RedisServer.ConnectAsync(name.Options);
        using var stop = new CancellationTokenSource();
        int calls = 0;
        Task[] callers = [.. Enumerable.Range(0, 32).Select(caller => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await client.IncrAsync($"counter:{caller}", s_patient);
                await client.SetAsync($"key:{caller}", "value", s_patient);
                Interlocked.Increment(ref calls);
            }
        }))];
        await Eventually.TrueAsync(() => Volatile.Read(ref calls) > 500, description: "callers to be at work");

        await old.CallAsync("REPLICAOF", "127.0.0.1", $"{heir.Port}");
        name.Server = heir;
        int atDemotion = Volatile.Read(ref calls);
        await Eventually.TrueAsync(
            () => Volatile.Read(ref calls) > atDemotion + 500 || callers.Any(caller => caller.IsFaulted), description: "callers to go on");

        await stop.CancelAsync();
        await Task.WhenAll(callers);
        Assert.InRange(name.LookUps, 2, 5);
        Assert.Equal(64, (await heir.CallAsync("DBSIZE")).Number);
    }

    [Fact]
    public async Task Pipeline_goes_on_when_the_primary_behind_a_name_is_demoted()
    {
        await using var old = await RedisServerProcess.StartAsync();
        await using var heir = await RedisServerProcess.StartAsync();
        var name = new NamedServer(old);
        await using RedisServer client = await RedisServer.ConnectAsync(name.Options);
        IPipelined commands = IPipelined.Create(client);
        await old.CallAsync("REPLICAOF", "127.0.0.1", $"{heir.Port}");
        name.Server = heir;
        (bool set, long count) = await commands.PipelineAsync(p => (p.Set("key", "value"), p.Incr("counter")));
        Assert.True(set);
        Assert.Equal(1, count);
        Assert.Equal("value", (await heir.CallAsync("GET", "key")).Text);
    }

    [Fact]
    public async Task Transaction_goes_on_when_the_primary_behind_a_name_is_demoted()
    {
        await using var old = await RedisServerProcess.StartAsync();
        await using var heir = await RedisServerProcess.StartAsync();
        var name = new NamedServer(old);
        await using RedisServer client = await RedisServer.ConnectAsync(name.Options);
        IPipelined commands = IPipelined.Create(client);
        await old.CallAsync("REPLICAOF", "127.0.0.1", $"{heir.Port}");
        name.Server = heir;
        (bool set, long count) = await commands.TransactionAsync(t => (t.Set("{same}key", "value"), t.Incr("{same}counter")));
        Assert.True(set);
        Assert.Equal(1, count);
        Assert.Equal("value", (await heir.CallAsync("GET", "{same}key")).Text);
    }

    [Fact]
    public async Task Blocked_call_goes_on_when_the_primary_behind_a_name_is_demoted()
    {
        await using var old = await RedisServerProcess.StartAsync();
        await using var heir = await RedisServerProcess.StartAsync();
        var name = new NamedServer(old);
        await using RedisServer client = await RedisServer.ConnectAsync(name.Options);
        Task<string[]?> popping = client.BLPopAsync("list").AsTask();
        await BlockedClients.WaitForAsync(old, 1);
        name.Server = heir;
        await old.CallAsync("REPLICAOF", "127.0.0.1", $"{heir.Port}");
        await BlockedClients.WaitForAsync(heir, 1);
        await client.LPushAsync("list", "element");
        Assert.Equal(("list", "element"), BlockingCommands.Pair(await popping));
    }

    [Fact]
    public async Task Write_to_a_server_that_stays_a_replica_ends_at_its_deadline_with_what_the_server_said()
    {
        await using var primary = await RedisServerProcess.StartAsync();
        await using var replica = await RedisServerProcess.StartAsync();
        await replica.CallAsync("REPLICAOF", "127.0.0.1", $"{primary.Port}");
        var name = new NamedServer(replica);
        await using RedisServer client = await RedisServer.ConnectAsync(name.Options);
        await Eventually.TrueAsync(async () => (await replica.CallAsync("ROLE"))[3].Text == "connected", description: "the replica to be in step");
        var error = await Assert.ThrowsAsync<RedisTimeoutException>(() => client.SetAsync("key", "value", Deadline.After(TimeSpan.FromSeconds(2))).AsTask());
        Assert.StartsWith("READONLY", Assert.IsType<RedisServerException>(error.InnerException).Summary, StringComparison.Ordinal);
        // Unless the deadline comes while an attempt is in flight, all of them were refused.
        Assert.Equal(error.Message.Contains("no reply has arrived", StringComparison.Ordinal), error.MayHaveExecuted);
        Assert.Null(await client.GetAsync("key"));
        // Looked up again and again, but not for every attempt of every caller.
        Assert.InRange(name.LookUps, 3, 10);
    }

    [Fact]
    [Trait("Spec", "A71")]
    public async Task Calls_wait_while_the_server_loads_its_data()
    {
        await using var server = await RedisServerProcess.StartAsync(new() { ConfigLines = ["loading-process-events-interval-bytes 1024", "key-load-delay 2000"] });
        await server.CallAsync("SET", "key", "value");
        await server.CallAsync("EVAL", "for i = 1, 1000 do redis.call('SET', 'filler:' .. i, string.rep('x', 100)) end", "0");
        await server.CallAsync("SAVE");
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{server.Port}");
        IPipelined commands = IPipelined.Create(client);
        Task restarting = server.RestartAsync();
        await Eventually.TrueAsync(
            async () =>
            {
                await using RawConnection probe = await server.ConnectAsync();
                return (await probe.SendAsync("GET", "key")).Text?.StartsWith("LOADING", StringComparison.Ordinal) == true;
            },
            description: "the server to load its data");
        Assert.Equal("value", await client.GetAsync("key", s_patient));
        await restarting;
        await commands.PipelineAsync(p => p.Get("key"));
    }

    [Fact]
    [Trait("Spec", "A71")]
    public async Task Calls_wait_while_a_replica_has_lost_its_primary()
    {
        await using var server = await RedisServerProcess.StartAsync(new() { ConfigLines = ["replica-serve-stale-data no"] });
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{server.Port}");
        // A port at which nobody listens.
        await server.CallAsync("REPLICAOF", "127.0.0.1", "1");
        Task<string?> get = client.GetAsync("key", s_patient).AsTask();
        Task piped = IPipelined.Create(client).PipelineAsync(p => p.Get("key")).AsTask();
        await Eventually.TrueAsync(async () => (await RefusalsAsync(server)) >= 4, description: "both calls to be refused again");
        Assert.False(get.IsCompleted);
        Assert.False(piped.IsCompleted);
        await server.CallAsync("REPLICAOF", "NO", "ONE");
        Assert.Null(await get);
        await piped;
    }

    private static async Task<long> RefusalsAsync(RedisServerProcess server)
    {
        string text = (await server.CallAsync("INFO", "errorstats")).Text!;
        const string Head = "errorstat_MASTERDOWN:count=";
        int at = text.IndexOf(Head, StringComparison.Ordinal);
        return at < 0 ? 0 : long.Parse(text[(at + Head.Length)..].Split('\r')[0], null);
    }
}
