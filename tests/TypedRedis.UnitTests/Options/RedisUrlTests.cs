namespace TypedRedis.UnitTests.Options;

public class RedisUrlTests
{
    [Theory]
    [InlineData("redis://localhost", "localhost", 6379)]
    [InlineData("redis://", "localhost", 6379)]
    [InlineData("redis://:7000", "localhost", 7000)]
    [InlineData("REDIS://example.org:7000/", "example.org", 7000)]
    [InlineData("redis://127.0.0.1:7000/0", "127.0.0.1", 7000)]
    [InlineData("redis://[::1]:7000", "::1", 7000)]
    [InlineData("redis://[fe80::1]", "fe80::1", 6379)]
    [InlineData("redis://my%2Dhost:1/0", "my-host", 1)]
    [InlineData("redis://user:word@host:2?protocol=3", "host", 2)]
    public void Server_is_read(string url, string host, int port) =>
        Assert.Equal([new RedisEndpoint(host, port)], RedisOptions.Parse(url).Endpoints);

    [Theory]
    [Trait("Spec", "A07")]
    [InlineData("redis://host", null, null)]
    [InlineData("redis://user@host", "user", null)]
    [InlineData("redis://user:word@host", "user", "word")]
    [InlineData("redis://:word@host", null, "word")]
    [InlineData("redis://user:@host", "user", "")]
    [InlineData("redis://us%3Aer:w%40r%2Fd%25@host", "us:er", "w@r/d%")]
    [InlineData("redis://:a:b@host", null, "a:b")]
    [InlineData("redis://:p+q@host", null, "p+q")]
    [InlineData("redis://:%C3%A9@host", null, "é")]
    public void Credentials_are_decoded(string url, string? user, string? password)
    {
        RedisOptions options = RedisOptions.Parse(url);
        Assert.Equal(user, options.User);
        Assert.Equal(password, options.Password);
    }

    [Fact]
    public void Encryption_follows_the_scheme()
    {
        Assert.Null(RedisOptions.Parse("redis://host").Tls);
        Assert.Equal(new RedisTlsOptions(), RedisOptions.Parse("rediss://host").Tls);
        Assert.False(RedisOptions.Parse("REDISS://host?ssl_check_hostname=no").Tls!.CheckHostName);
        Assert.Equal("ca.pem", RedisOptions.Parse("rediss://host?ssl_ca_certs=ca.pem").Tls!.CertificateAuthorityFile);
        Assert.False(RedisOptions.Parse("rediss://host?ssl_cert_reqs=None").Tls!.VerifyCertificate);
        Assert.Null(RedisOptions.Parse("redis://host?ssl_check_hostname=no").Tls);
    }

    [Theory]
    [InlineData("unix:///run/redis.sock", null, "/run/redis.sock", 0)]
    [InlineData("unix://user:w%2F@/run/a@b.sock?db=3", "user", "/run/a@b.sock", 3)]
    [InlineData("unix:///run/my%20redis", null, "/run/my redis", 0)]
    public void Unix_socket_is_read(string url, string? user, string path, int database)
    {
        RedisOptions options = RedisOptions.Parse(url);
        Assert.Equal(RedisEndpoint.UnixSocket(path), Assert.Single(options.Endpoints));
        Assert.Equal(user, options.User);
        Assert.Equal(database, options.Database);
    }

    [Fact]
    [Trait("Spec", "A07")]
    public void Query_options_are_typed()
    {
        RedisOptions options = RedisOptions.Parse(
            "redis://host?db=2&username=u&password=p%26q&client_name=me&protocol=2&socket_timeout=1.5&socket_connect_timeout=.25"
            + "&require_full_coverage=F&reinitialize_steps=0&dynamic_startup_nodes=No&max_dedicated_connections=3&health_check_interval=7&tcp_keepalive_time=0&tcp_user_timeout=20&socket_keepalive=yes&max_connections=7&Encoding=x");
        Assert.Equal(2, options.Database);
        Assert.Equal("u", options.User);
        Assert.Equal("p&q", options.Password);
        Assert.Equal("me", options.ClientName);
        Assert.Equal(RedisProtocol.Resp2, options.Protocol);
        Assert.Equal(TimeSpan.FromSeconds(1.5), options.CommandTimeout);
        Assert.Equal(TimeSpan.FromSeconds(0.25), options.ConnectTimeout);
        Assert.False(options.RequireFullCoverage);
        Assert.Equal(0, options.ReinitializeSteps);
        Assert.False(options.DynamicStartupNodes);
        Assert.Equal(3, options.MaxDedicatedConnections);
        Assert.Equal(TimeSpan.FromSeconds(7), options.HealthCheckInterval);
        Assert.Null(options.TcpKeepAliveTime);
        Assert.Equal(TimeSpan.FromSeconds(20), options.TcpUserTimeout);
        Assert.Equal(["socket_keepalive=yes", "max_connections=7", "encoding=x"], options.OtherUrlOptions.Select(pair => $"{pair.Key}={pair.Value}"));
    }

    [Theory]
    [InlineData("redis://a:7000,b:7001")]
    [InlineData("redis://:secret@a,b")]
    public void Several_hosts_are_refused_with_where_to_give_them(string url)
    {
        string message = Assert.Throws<RedisConfigurationException>(() => RedisOptions.Parse(url)).Message;

        Assert.Contains("it names several hosts; a URL has one, and further ones are given by the options' Endpoints", message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("protocl=3", "did you mean 'protocol'?")]
    [InlineData("max_conections=3", "did you mean 'max_connections'?")]
    [InlineData("SOCKET_TIMOUT=3", "did you mean 'socket_timeout'?")]
    [InlineData("hunter2=3", "percent-encoded")]
    public void Unknown_option_is_refused_with_what_may_be_meant_and_is_not_repeated(string query, string hint)
    {
        string message = Assert.Throws<RedisConfigurationException>(() => RedisOptions.Parse($"redis://host?{query}")).Message;
        Assert.Contains(hint, message, StringComparison.Ordinal);
        Assert.DoesNotContain(query[..query.IndexOf('=', StringComparison.Ordinal)], message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Trait("Spec", "A07")]
    public void Query_wins_over_given_options()
    {
        var defaults = new RedisOptions { Password = "given", CommandTimeout = TimeSpan.FromSeconds(9), ClientName = "kept", Endpoints = [new("other", 1)] };
        RedisOptions options = RedisOptions.Parse("redis://host?password=query&timeout=2", defaults);
        Assert.Equal("query", options.Password);
        Assert.Equal(TimeSpan.FromSeconds(2), options.CommandTimeout);
        Assert.Equal("kept", options.ClientName);
        Assert.Equal([new("host", 6379), new("other", 1)], options.Endpoints);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("f")]
    [InlineData("False")]
    [InlineData("n")]
    [InlineData("NO")]
    public void False_has_these_spellings(string text)
    {
        Assert.False(RedisOptions.Parse($"redis://host?require_full_coverage={text}").RequireFullCoverage);
        Assert.True(RedisOptions.Parse("redis://host?require_full_coverage=1").RequireFullCoverage);
    }

    [Theory]
    [Trait("Spec", "A07")]
    [InlineData("db", "x")]
    [InlineData("db", "-1")]
    [InlineData("socket_timeout", "soon")]
    [InlineData("socket_timeout", "0")]
    [InlineData("socket_timeout", "1,5")]
    [InlineData("socket_timeout", "1e99")]
    [InlineData("socket_timeout", "NaN")]
    [InlineData("socket_connect_timeout", "-2")]
    [InlineData("protocol", "4")]
    [InlineData("max_connections", "many")]
    [InlineData("max_dedicated_connections", "0")]
    [InlineData("health_check_interval", "1.5")]
    [InlineData("socket_read_size", "99999999999999")]
    [InlineData("ssl_cert_reqs", "perhaps")]
    public void Bad_value_is_an_error_that_names_the_option(string name, string value)
    {
        var error = Assert.Throws<RedisConfigurationException>(() => RedisOptions.Parse($"rediss://:secret@host?{name}={value}"));
        Assert.Equal($"The value of option '{name}' in the connection URL is invalid.", error.Message);
    }

    [Theory]
    [Trait("Spec", "A07")]
    [InlineData("")]
    [InlineData("host:6379")]
    [InlineData("http://:secret@host")]
    [InlineData("redis:/host")]
    [InlineData("redis://:secret@host:port")]
    [InlineData("redis://:secret@host:0")]
    [InlineData("redis://:secret@host:65536")]
    [InlineData("redis://:secret/half@host")]
    [InlineData("redis://:secret#half@host")]
    [InlineData("redis://:secret?half@host")]
    [InlineData("redis://:secret@[::1")]
    [InlineData("redis://:secret@[::1]7000")]
    [InlineData("redis://:secret@host/first")]
    [InlineData("redis://:secret@host/1/2")]
    [InlineData("redis://:secret@host?=x")]
    [InlineData("redis://:secret@host?password")]
    [InlineData("unix://")]
    [InlineData("unix:///")]
    [InlineData("unix://secret/run/redis.sock")]
    public void Malformed_url_is_an_error_without_its_secrets(string url)
    {
        var error = Assert.Throws<RedisConfigurationException>(() => RedisOptions.Parse(url));
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("half", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://:secret%ZZhalf@host", "%25")]
    [InlineData("redis://:secret%@host", "%25")]
    [InlineData("redis://:secret%4@host", "%25")]
    [InlineData("redis://us%er:secret@host", "%25")]
    [InlineData("redis://host?password=secret%zz", "%25")]
    [InlineData("unix:///run/secret%.sock", "%25")]
    [InlineData("redis://:secret@half@host", "%40")]
    [InlineData("redis://:secret/half@host", "%2F")]
    [InlineData("redis://:secret/1@host", "%2F")]
    [InlineData("redis://:123/0@host", "%2F")]
    [InlineData("redis://:secret?half@host", "%3F")]
    [InlineData("redis://:123?db=1@host", "%3F")]
    [InlineData("redis://:secret#half@host", "%23")]
    [InlineData("unix://:secret@half@/run/redis.sock", "%40")]
    [InlineData("redis://host?db=1&db=2", "'db' more than once")]
    [InlineData("redis://host?db=1&DB=1", "'db' more than once")]
    [InlineData("redis://host?password=secret&password=half", "'password' more than once")]
    [InlineData("redis://host/1?db=2", "'db' more than once")]
    [InlineData("redis://host/1?DB=1", "'db' more than once")]
    [InlineData("redis://:secret@host?password=half", "'password' more than once")]
    [InlineData("redis://secret:x@host?username=half", "'username' more than once")]
    [InlineData("unix://:secret@/run/redis.sock?password=half", "'password' more than once")]
    [InlineData("redis://host:", "port is empty")]
    [InlineData("redis://[::1]:/0", "port is empty")]
    [InlineData("redis://:", "port is empty")]
    [InlineData("redis://[]:6379", "no address between")]
    public void What_can_be_read_in_two_ways_is_refused_with_what_to_write(string url, string hint)
    {
        string message = Assert.Throws<RedisConfigurationException>(() => RedisOptions.Parse(url)).Message;
        Assert.Contains(hint, message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
        Assert.DoesNotContain("half", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_text_is_read_or_refused_but_never_crashes()
    {
        const string Alphabet = "redis:/@?&=#%[].0123456789aZ é";
        var random = new Random(7);
        int read = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string url = "redis://" + string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            try
            {
                Assert.Single(RedisOptions.Parse(url).Endpoints);
                read++;
            }
            catch (RedisConfigurationException)
            {
            }
        }

        Assert.InRange(read, 100, 19_900);
    }
}
