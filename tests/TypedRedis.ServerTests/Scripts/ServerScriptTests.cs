using System.Text;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Scripts;

[Collection(SingleServerCollection.Name)]
public sealed class ServerScriptTests(SingleServerFixture fixture) : IAsyncLifetime
{
    private readonly RedisServerProcess _server = fixture.Server;
    private RedisServer _client = null!;
    private IScripts _scripts = null!;

    public async Task InitializeAsync()
    {
        await _server.CallAsync("FLUSHALL");
        await _server.CallAsync("SCRIPT", "FLUSH");
        _client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{_server.Port}");
        _scripts = IScripts.Create(_client);
    }

    public async Task DisposeAsync() => await _client.DisposeAsync();

    [Fact]
    public async Task First_call_loads_the_script_and_every_other_sends_its_digest_only()
    {
        await using MonitorSession monitor = await _server.MonitorAsync();
        Assert.Equal(5, await _scripts.AddAsync("s:first", 5));
        Assert.Equal(7, await _scripts.AddAsync("s:first", 2));
        Assert.Equal(["EVALSHA", "EVAL", "EVALSHA"], await ScriptCommandsAsync(monitor));
        Assert.Equal(8, await _scripts.AddAsync("s:first", 1));
        Assert.Equal(["EVALSHA", "EVAL", "EVALSHA", "EVALSHA"], await ScriptCommandsAsync(monitor));
        Assert.DoesNotContain(monitor.Commands, command => command.Name == "SCRIPT");
    }

    [Fact]
    public async Task Script_is_loaded_again_after_script_flush()
    {
        await _scripts.AddAsync("s:flush", 1);
        await _server.CallAsync("SCRIPT", "FLUSH");
        Assert.Equal(3, await _scripts.AddAsync("s:flush", 2));
        await using MonitorSession monitor = await _server.MonitorAsync();
        Assert.Equal(4, await _scripts.AddAsync("s:flush", 1));
        Assert.Equal(["EVALSHA"], await ScriptCommandsAsync(monitor));
    }

    [Fact]
    public async Task Read_only_script_is_run_by_the_read_only_command()
    {
        await _server.CallAsync("SET", "s:ro", "value");
        await using MonitorSession monitor = await _server.MonitorAsync();
        Assert.Equal("value", await _scripts.ReadAsync("s:ro"));
        Assert.Null(await _scripts.ReadAsync("s:absent"));
        Assert.Equal(["EVALSHA_RO", "EVAL_RO", "EVALSHA_RO"], await ScriptCommandsAsync(monitor));
    }

    [Fact]
    public async Task Reply_goes_into_the_callers_buffer_even_when_the_script_is_new()
    {
        await _server.CallAsync("SET", "s:buffer", "value");
        byte[] buffer = new byte[16];
        Assert.Equal(5, await _scripts.ReadAsync("s:buffer", buffer));
        Assert.Equal("value", Encoding.UTF8.GetString(buffer, 0, 5));
        Assert.Equal(-1, await _scripts.ReadAsync("s:absent", buffer));
    }

    [Fact]
    public async Task Keys_and_arguments_arrive_in_their_order()
    {
        Assert.Equal(["cart:{u:7}", "total:{u:7}", "2.5"], await _scripts.TemplatesAsync(7, 2.5));
        Assert.Equal(
            ["a", "1", "f", "2", "\0\r\n", "1", "90"],
            await _scripts.EchoAsync(("a", 1), new Dictionary<string, long> { ["f"] = 2 }, "\0\r\n"u8.ToArray(), true, TimeSpan.FromMinutes(1.5)));
        Assert.Equal((0, 0), await _scripts.CountAsync([], []));
        Assert.Equal((300, 1), await _scripts.CountAsync([.. Enumerable.Range(0, 300).Select(i => (RedisKey)$"k{i}")], ["v"]));
        Assert.Equal("keyless", await _scripts.KeylessAsync());
        Assert.Equal("read-only", await _scripts.KeylessReadOnlyAsync());
    }

    [Fact]
    public async Task Error_of_the_script_is_the_callers()
    {
        var failure = await Assert.ThrowsAsync<RedisServerException>(() => _scripts.FailAsync().AsTask());
        Assert.Equal("MYCODE", failure.Code);
        await _server.CallAsync("SET", "s:text", "text");
        failure = await Assert.ThrowsAsync<RedisServerException>(() => _scripts.AddAsync("s:text", 1).AsTask());
        Assert.Contains("not an integer", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Concurrent_first_calls_all_succeed_once()
    {
        long[] values = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => _scripts.AddAsync("s:many", 1).AsTask()));
        Assert.Equal(Enumerable.Range(1, 64).Select(i => (long)i), values.Order());
    }

    [Fact]
    public async Task Restarted_server_gets_the_script_again()
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync();
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{server.Port}");
        IScripts scripts = IScripts.Create(client);
        Assert.Equal("a", await scripts.PutAsync("k", "a"));
        await server.KillAsync();
        await server.RestartAsync();
        Assert.Equal("b", await scripts.PutAsync("k", "b", Deadline.After(TimeSpan.FromSeconds(30))));
    }

    [Fact]
    public async Task Required_rights_suffice_and_are_needed()
    {
        string rules = IScripts.RequiredAcl;
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { Users = [$"app on >secret ~* {rules}"] });
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://app:secret@127.0.0.1:{server.Port}");
        IScripts scripts = IScripts.Create(client);
        Assert.Equal(3, await scripts.AddAsync("k", 3));
        Assert.Equal("v", await scripts.PutAsync("p", "v"));
        Assert.Equal("v", await scripts.ReadAsync("p"));
        Assert.Equal("+asking +cluster|slots +eval +eval_ro +evalsha +evalsha_ro +exec +get +incrby +multi +ping +role +script|load +set +unwatch +watch", rules);
    }

    public static TheoryData<string, int> ServersAndProtocols()
    {
        var all = new TheoryData<string, int>();
        foreach (string name in ServerBinaries.Available().Select(server => server.Name))
        {
            all.Add(name, 2);
            all.Add(name, 3);
        }

        return all;
    }

    [Theory]
    [MemberData(nameof(ServersAndProtocols))]
    public async Task Every_server_runs_scripts_and_functions_in_both_protocols(string name, int protocol)
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { Server = name });
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{server.Port}?protocol={protocol}");
        IScripts scripts = IScripts.Create(client);
        IFunctions functions = IFunctions.Create(client);
        Assert.Equal(2, await scripts.AddAsync("k", 2));
        Assert.Equal(3, await scripts.AddAsync("k", 1));
        Assert.Equal("3", await scripts.ReadAsync("k"));
        Assert.Null(await scripts.ReadAsync("absent"));
        Assert.Equal(5, await functions.AddAsync("k", 2));
        Assert.Equal("5", await functions.ReadAsync("k"));
        Assert.Null(await functions.ReadAsync("absent"));
    }

    private static async Task<string[]> ScriptCommandsAsync(MonitorSession monitor)
    {
        await monitor.SettleAsync();
        return [.. monitor.Commands.Select(command => command.Name).Where(name => name.StartsWith("EVAL", StringComparison.Ordinal))];
    }
}
