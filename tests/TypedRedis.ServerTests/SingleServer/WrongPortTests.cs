using System.Diagnostics;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.SingleServer;

/// <summary>TLS where the server speaks plain, plain where it speaks TLS, and wrong passwords: the error says so, and at once.</summary>
public sealed class WrongPortTests
{
    [Fact]
    public async Task Tls_to_a_plain_port_says_so_long_before_the_connect_timeout()
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { Password = "secret" });
        var watch = Stopwatch.StartNew();
        var error = await Assert.ThrowsAsync<RedisConnectionException>(() => RedisServer.ConnectAsync($"rediss://127.0.0.1:{server.Port}?socket_connect_timeout=600"));
        Assert.Contains("no TLS on this port", error.Message, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Plain_to_a_tls_port_says_so(int protocol)
    {
        using var certificates = TestCertificates.Create();
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { Tls = certificates });
        var error = await Assert.ThrowsAsync<RedisConnectionException>(() => RedisServer.ConnectAsync($"redis://127.0.0.1:{server.TlsPort}?protocol={protocol}"));
        Assert.Contains("rediss://", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_password_on_a_cluster_is_an_authentication_error()
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync(new() { Password = "secret" });
        foreach (string credentials in (string[])["", ":wrong@", "nobody:wrong@"])
        {
            var error = await Assert.ThrowsAsync<RedisAuthenticationException>(() => RedisCluster.ConnectAsync($"redis://{credentials}127.0.0.1:{server.Port}"));
            Assert.Equal(server.Port, error.Endpoint!.Value.Port);
        }
    }
}
