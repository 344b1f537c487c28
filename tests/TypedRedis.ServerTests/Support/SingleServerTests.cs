using System.Net.Sockets;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

public sealed class SingleServerTests
{
    public static TheoryData<string> Servers => [.. ServerBinaries.Available().Select(binary => binary.Name)];

    [Fact]
    public void Every_server_is_available() =>
        Assert.Equal(ServerBinaries.Names, ServerBinaries.Available().Select(binary => binary.Name));

    [Fact]
    public void Unknown_server_is_reported_with_the_remedy() =>
        Assert.Contains("tests/servers.sh", Assert.Throws<FileNotFoundException>(() => ServerBinaries.Find("redis-1.0")).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Server_has_the_version_of_its_name(string name)
    {
        await using var server = await RedisServerProcess.StartAsync(new() { Server = name });
        string info = (await server.CallAsync("INFO", "server")).Text!;
        string field = server.Binary.IsValkey ? "valkey_version" : "redis_version";
        Assert.Contains($"{field}:{server.Binary.Version}.", info, StringComparison.Ordinal);
        Assert.Contains($"process_id:{server.Pid}\r\n", info, StringComparison.Ordinal);
        Assert.Contains($"tcp_port:{server.Port}\r\n", info, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Server_speaks_tls_when_given_certificates(string name)
    {
        using var certificates = TestCertificates.Create();
        await using var server = await RedisServerProcess.StartAsync(
            new() { Server = name, Tls = certificates, RequireClientCertificate = true });
        Assert.Equal("PONG", (await server.CallAsync("PING")).Text);
        await using RawConnection plain = await RawConnection.ConnectAsync(server.Port);
        await Assert.ThrowsAnyAsync<IOException>(() => plain.SendAsync("PING"));
    }

    [Fact]
    public async Task Server_offers_both_ports_when_asked_for()
    {
        using var certificates = TestCertificates.Create();
        await using var server = await RedisServerProcess.StartAsync(new() { Tls = certificates, PlainPort = true });
        await using RawConnection plain = await RawConnection.ConnectAsync(server.Port);
        await using RawConnection secure = await RawConnection.ConnectAsync(
            new RawConnectionOptions { EndPoint = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, server.TlsPort), Tls = certificates });
        await plain.CallAsync("SET", "k", "v");
        Assert.Equal("v", (await secure.CallAsync("GET", "k")).Text);
    }

    [Fact]
    public async Task Expired_certificate_is_refused_by_a_checking_client()
    {
        using var good = TestCertificates.Create();
        using var expired = TestCertificates.Create(new() { Expired = true });
        await using var server = await RedisServerProcess.StartAsync(new() { Tls = expired, PlainPort = true });
        var options = new RawConnectionOptions
        {
            EndPoint = new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, server.TlsPort),
            Tls = expired,
        };
        await Assert.ThrowsAsync<System.Security.Authentication.AuthenticationException>(() => RawConnection.ConnectAsync(options));
        await Assert.ThrowsAsync<System.Security.Authentication.AuthenticationException>(() => RawConnection.ConnectAsync(options with { Tls = good }));
    }

    [Fact]
    public async Task Password_and_users_are_demanded()
    {
        await using var server = await RedisServerProcess.StartAsync(new()
        {
            Password = "a \"strange\\ one",
            Users = ["alice on >wonder ~a:* +@all"],
        });
        await using RawConnection stranger = await RawConnection.ConnectAsync(server.Port);
        Assert.StartsWith("NOAUTH", (await stranger.SendAsync("GET", "a:1")).Text, StringComparison.Ordinal);
        await stranger.CallAsync("AUTH", "alice", "wonder");
        await stranger.CallAsync("SET", "a:1", "v");
        Assert.StartsWith("NOPERM", (await stranger.SendAsync("GET", "b:1")).Text, StringComparison.Ordinal);
        Assert.Equal("v", (await server.CallAsync("GET", "a:1")).Text);
    }

    [Fact]
    public async Task Unix_socket_and_databases_are_as_asked_for()
    {
        await using var server = await RedisServerProcess.StartAsync(
            new() { UnixSocket = true, Databases = 8, ConfigLines = ["maxmemory 123mb"] });
        await using RawConnection local = await RawConnection.ConnectAsync(
            new RawConnectionOptions { EndPoint = new UnixDomainSocketEndPoint(server.SocketPath) });
        await local.CallAsync("SELECT", 7);
        await Assert.ThrowsAsync<RawErrorException>(() => local.CallAsync("SELECT", 8));
        Assert.Equal($"{123 << 20}", (await local.CallAsync("CONFIG", "GET", "maxmemory"))[1].Text);
    }

    [Fact]
    public async Task Start_fails_with_the_log_when_the_configuration_is_wrong()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => RedisServerProcess.StartAsync(new() { ConfigLines = ["no-such-setting 1"] }));
        Assert.Contains("no-such-setting", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_server_refuses_connections_until_restarted_at_the_same_port()
    {
        await using var server = await RedisServerProcess.StartAsync();
        (int port, int pid) = (server.Port, server.Pid);
        await server.CallAsync("SET", "k", "v");
        await server.KillAsync();
        Assert.False(server.IsRunning);
        await Assert.ThrowsAsync<SocketException>(() => RawConnection.ConnectAsync(port));
        await server.RestartAsync();
        Assert.Equal(port, server.Port);
        Assert.NotEqual(pid, server.Pid);
        Assert.True((await server.CallAsync("GET", "k")).IsNull);
    }

    [Fact]
    public async Task Stopped_server_saves_what_it_was_told_to_save()
    {
        await using var server = await RedisServerProcess.StartAsync(new() { ConfigLines = ["save 3600 1"] });
        await server.CallAsync("SET", "k", "v");
        await server.StopAsync();
        await server.RestartAsync();
        Assert.Equal("v", (await server.CallAsync("GET", "k")).Text);
    }

    [Fact]
    public async Task Suspended_server_answers_only_after_it_is_resumed()
    {
        await using var server = await RedisServerProcess.StartAsync();
        await using RawConnection connection = await server.ConnectAsync();
        server.Suspend();
        Task<RawReply> reply = connection.SendAsync("PING");
        await Assert.ThrowsAsync<TimeoutException>(() => reply.WaitAsync(TimeSpan.FromMilliseconds(100)));
        server.Resume();
        Assert.Equal("PONG", (await reply).Text);
    }

    [Fact]
    public async Task Disposed_server_is_gone_with_its_folder()
    {
        RedisServerProcess server = await RedisServerProcess.StartAsync();
        server.Suspend();
        int pid = server.Pid;
        await server.DisposeAsync();
        Assert.False(Directory.Exists(server.Folder));
        Assert.Equal("", ProcessRegistry.StartTime(pid));
    }
}
