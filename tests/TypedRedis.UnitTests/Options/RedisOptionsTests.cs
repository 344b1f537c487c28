namespace TypedRedis.UnitTests.Options;

public class RedisOptionsTests
{
    private static readonly RedisOptions s_valid = new() { Endpoints = [new("host", 7000)] };

    [Fact]
    public void Defaults_are_as_documented()
    {
        var options = new RedisOptions();
        Assert.Equal(RedisProtocol.Resp3, options.Protocol);
        Assert.Equal(TimeSpan.FromSeconds(5), options.ConnectTimeout);
        Assert.Equal(TimeSpan.FromSeconds(5), options.CommandTimeout);
        Assert.Equal(32 * 1024 * 1024, options.MaxInFlightBytes);
        Assert.Equal(64, options.MaxDedicatedConnections);
        Assert.True(options.RequireFullCoverage);
        Assert.Equal(10, options.ReinitializeSteps);
        Assert.True(options.DynamicStartupNodes);
        Assert.Equal(TimeSpan.FromSeconds(60), options.TopologyRefreshInterval);
        Assert.Equal(TimeSpan.FromSeconds(10), options.HealthCheckInterval);
        Assert.Equal(TimeSpan.FromSeconds(30), options.TcpKeepAliveTime);
        Assert.Equal(TimeSpan.FromSeconds(30), options.TcpUserTimeout);
        Assert.False(options.RetryNonIdempotent);
    }

    [Fact]
    public void Secrets_stay_out_of_the_text()
    {
        RedisOptions options = s_valid with { User = "app", Password = "secret" };
        Assert.DoesNotContain("secret", options.ToString(), StringComparison.Ordinal);
        Assert.Contains("with a user and a password", options.ToString(), StringComparison.Ordinal);
        Assert.Contains("host:7000", options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Valid_options_pass() => s_valid.ValidateForCluster();

    public static TheoryData<string, RedisOptions> Wrong => new()
    {
        { "No server", s_valid with { Endpoints = [] } },
        { "Endpoints", s_valid with { Endpoints = [default] } },
        { "Database", s_valid with { Database = -1 } },
        { "Protocol", s_valid with { Protocol = (RedisProtocol)4 } },
        { "ConnectTimeout", s_valid with { ConnectTimeout = TimeSpan.Zero } },
        { "ConnectTimeout", s_valid with { ConnectTimeout = TimeSpan.FromDays(30) } },
        { "CommandTimeout", s_valid with { CommandTimeout = TimeSpan.FromSeconds(-1) } },
        { "MaxInFlightBytes", s_valid with { MaxInFlightBytes = 0 } },
        { "MaxDedicatedConnections", s_valid with { MaxDedicatedConnections = 0 } },
        { "ReinitializeSteps", s_valid with { ReinitializeSteps = -1 } },
        { "HealthCheckInterval", s_valid with { HealthCheckInterval = TimeSpan.Zero } },
        { "TcpKeepAliveTime", s_valid with { TcpKeepAliveTime = TimeSpan.FromMilliseconds(500) } },
        { "TcpUserTimeout", s_valid with { TcpUserTimeout = TimeSpan.Zero } },
        { "TcpUserTimeout", s_valid with { TcpUserTimeout = TimeSpan.FromTicks(1) } },
        { "Password has half a surrogate pair", s_valid with { Password = "s\ud800x" } },
        { "Password has half a surrogate pair", s_valid with { Password = "s\udc00" } },
        { "User has half a surrogate pair", s_valid with { User = "\ud800", Password = "p" } },
        { "TopologyRefreshInterval", s_valid with { TopologyRefreshInterval = TimeSpan.Zero } },
        { "TopologyRefreshInterval", s_valid with { TopologyRefreshInterval = TimeSpan.FromDays(60) } },
        { "User", s_valid with { User = "u" } },
        { "ClientName", s_valid with { ClientName = "two words" } },
        { "ClientName", s_valid with { ClientName = "line\n" } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Wrong_option_is_named(string named, RedisOptions options)
    {
        var error = Assert.Throws<RedisConfigurationException>(options.Validate);
        Assert.StartsWith(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Spec", "A03")]
    [InlineData("redis://host/1", "A cluster has only database 0.")]
    [InlineData("redis://host?db=1", "A cluster has only database 0.")]
    [InlineData("unix:///run/redis.sock", "A cluster cannot be reached by Unix sockets")]
    public void Cluster_refuses_what_it_cannot_have(string url, string message)
    {
        RedisOptions options = RedisOptions.Parse(url);
        options.Validate();
        var error = Assert.Throws<RedisClusterException>(options.ValidateForCluster);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unreadable_certificate_file_is_named()
    {
        var tls = new RedisTlsOptions { CertificateAuthorityFile = "/no/such/authority.pem" };
        var error = Assert.Throws<RedisConfigurationException>(() => tls.CreateFactory());
        Assert.Contains("/no/such/authority.pem", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Last_word_on_encryption_is_the_users()
    {
        var tls = new RedisTlsOptions { Configure = (endpoint, options) => options.TargetHost = $"{endpoint.Host}.internal" };
        Assert.Equal("host.internal", tls.CreateFactory()(new("host", 1)).TargetHost);
    }
}
