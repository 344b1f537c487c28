using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.SingleServer;

/// <summary>The ways to reach one server: TCP, Unix socket, TLS, users, both protocols, databases, every kind of server.</summary>
public sealed class ConnectionKindsTests
{
    public static TheoryData<string> Servers() => [.. ServerBinaries.Available().Select(server => server.Name)];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Every_server_is_spoken_to_in_both_protocols(string name)
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { Server = name });
        foreach (int protocol in (int[])[2, 3])
        {
            await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{server.Port}?protocol={protocol}&client_name=kinds");
            await client.SetAsync("key", "value");
            Assert.Equal("value", await client.GetAsync("key"));
            string info = (await client.ExecuteAsync(new RawCommand("CLIENT", "INFO"))).ToString();
            Assert.Contains($"resp={protocol}", info, StringComparison.Ordinal);
            Assert.Contains("name=kinds", info, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Unix_socket_works()
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { UnixSocket = true });
        await using RedisServer client = await RedisServer.ConnectAsync($"unix://{server.SocketPath}");
        await client.SetAsync("key", "value");
        Assert.Equal("value", await client.GetAsync("key"));
    }

    [Fact]
    public async Task Tls_verifies_the_server_and_works()
    {
        using var certificates = TestCertificates.Create();
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { Tls = certificates });

        await using RedisServer client = await RedisServer.ConnectAsync($"rediss://127.0.0.1:{server.TlsPort}?ssl_ca_certs={Uri.EscapeDataString(certificates.AuthorityFile)}");
        await client.SetAsync("key", "value");
        Assert.Equal("value", await client.GetAsync("key"));

        // The machine's own authorities do not know this one.
        await Assert.ThrowsAsync<RedisConnectionException>(() => RedisServer.ConnectAsync($"rediss://127.0.0.1:{server.TlsPort}"));
    }

    [Fact]
    public async Task Lost_connection_comes_back_with_user_name_and_database()
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { Password = "secret" });
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://:secret@127.0.0.1:{server.Port}/3?client_name=orders");
        await client.SetAsync("key", "value");

        await using RawConnection rig = await server.ConnectAsync();
        await rig.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");

        Assert.Equal("value", await client.GetAsync("key"));
        string info = (await client.ExecuteAsync(new RawCommand("CLIENT", "INFO"))).ToString();
        Assert.Contains("name=orders", info, StringComparison.Ordinal);
        Assert.Contains("db=3", info, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelled_calls_leave_the_connection_usable()
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync();
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{server.Port}");
        await client.SetAsync("key", "value");
        long id = (await client.ExecuteAsync(new RawCommand("CLIENT", "ID"))).ToInt64();
        await using RawConnection rig = await server.ConnectAsync();
        await rig.CallAsync("CLIENT", "PAUSE", "60000", "WRITE");

        using var cancellation = new CancellationTokenSource();
        Task[] calls = [.. Enumerable.Range(0, 10_000).Select(_ => client.SetAsync("other", "value", cancellationToken: cancellation.Token).AsTask())];
        await cancellation.CancelAsync();
        foreach (Task call in calls)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        }

        await rig.CallAsync("CLIENT", "UNPAUSE");
        Assert.Equal("value", await client.GetAsync("key"));
        Assert.Equal(id, (await client.ExecuteAsync(new RawCommand("CLIENT", "ID"))).ToInt64());
    }
}
