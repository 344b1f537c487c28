using System.Net;
using TypedRedis.Connections;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

/// <summary>A name that leads to one server or another, like one in a DNS that an operator changes; looked up at every attempt to connect.</summary>
internal sealed class NamedServer(RedisServerProcess server) : IEndpointResolver
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

    public RedisOptions Options => new() { Endpoints = [_name], Resolver = this };

    public ValueTask<ResolvedEndpoint> ResolveAsync(RedisEndpoint endpoint, CancellationToken cancellationToken)
    {
        Assert.Equal(_name, endpoint);
        Interlocked.Increment(ref _lookUps);
        return ValueTask.FromResult(new ResolvedEndpoint(endpoint, [new IPEndPoint(IPAddress.Loopback, _server.Port)]));
    }
}
