using System.Net.Security;
using TypedRedis.Connections;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

/// <summary>A name that leads to one server or another, like one in a DNS that an operator changes; looked up at every dial.</summary>
internal sealed class NamedServer(RedisServerProcess server) : TransportDialer
{
    private readonly RedisEndpoint _name = new("primary.test", 6379);
    private volatile RedisServerProcess _server = server;
    private int _lookUps;

    /// <summary>How often the name was looked up.</summary>
    public int LookUps => Volatile.Read(ref _lookUps);

    /// <summary>Where the name leads from now on.</summary>
    public RedisServerProcess Server
    {
        get => _server;
        set => _server = value;
    }

    public RedisOptions Options => new() { Endpoints = [_name], Dialer = this };

    public override ValueTask<Transport> DialAsync(RedisEndpoint endpoint, SslClientAuthenticationOptions? tls, CancellationToken cancellationToken)
    {
        Assert.Equal(_name, endpoint);
        Interlocked.Increment(ref _lookUps);
        return SocketDialer.Instance.DialAsync(new RedisEndpoint("127.0.0.1", _server.Port), tls, cancellationToken);
    }
}
