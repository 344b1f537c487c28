using System.Net;
using System.Net.Sockets;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.BadInput;

/// <summary>Servers that are not there, or let nobody in.</summary>
public sealed class UnreachableTests
{
    [Fact]
    public async Task Unknown_host_is_a_connection_error_that_names_it()
    {
        var error = await Assert.ThrowsAsync<RedisConnectionException>(
            () => RedisServer.ConnectAsync("redis://no-such-host.invalid:6379?socket_connect_timeout=3"));
        Assert.Contains("no-such-host.invalid", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Closed_port_is_a_connection_error_that_names_it()
    {
        int port = ClosedPort();
        var error = await Assert.ThrowsAsync<RedisConnectionException>(() => RedisServer.ConnectAsync($"redis://127.0.0.1:{port}"));
        Assert.Contains($"127.0.0.1:{port}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_socket_file_is_a_connection_error()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        await Assert.ThrowsAsync<RedisConnectionException>(() => RedisServer.ConnectAsync($"unix://{path}"));
    }

    [Theory]
    [InlineData("redis://:wrong-secret@127.0.0.1:{0}")]
    [InlineData("redis://:wrong-secret@127.0.0.1:{0}?protocol=2")]
    [InlineData("redis://nobody:wrong-secret@127.0.0.1:{0}")]
    [InlineData("redis://127.0.0.1:{0}")]
    public async Task Wrong_or_missing_password_is_an_authentication_error_that_tells_no_secret(string url)
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { Password = "right-secret" });
        var error = await Assert.ThrowsAsync<RedisAuthenticationException>(
            () => RedisServer.ConnectAsync(string.Format(null, url, server.Port)));
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_never_answers_is_given_up_after_the_connect_timeout()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        int port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var error = await Assert.ThrowsAsync<RedisConnectionException>(
            () => RedisServer.ConnectAsync($"redis://127.0.0.1:{port}?socket_connect_timeout=0.2"));
        Assert.Contains("0.2 s", error.Message, StringComparison.Ordinal);
    }

    private static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
