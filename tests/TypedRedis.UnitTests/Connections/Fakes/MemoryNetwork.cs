using System.Net.Security;
using System.Threading.Channels;
using TypedRedis.Connections;

namespace TypedRedis.UnitTests.Connections;

/// <summary>Gives a connection in memory for each dial and hands its server half to the test.</summary>
internal sealed class MemoryNetwork : TransportDialer, IEndpointResolver
{
    private readonly Channel<MemoryTransport> _accepted = Channel.CreateUnbounded<MemoryTransport>();
    private int _dials;

    /// <summary>How often a connection was asked for.</summary>
    public int Dials => Volatile.Read(ref _dials);

    /// <summary>Called for each dial; what it throws, dialling throws. It may also wait.</summary>
    public Func<RedisEndpoint, CancellationToken, Task>? Dialling { get; set; }

    /// <summary>Called for each connection before the client has it.</summary>
    public Action<MemoryTransport>? Prepare { get; set; }

    /// <summary>Where endpoints are; by default where they say.</summary>
    public Func<RedisEndpoint, CancellationToken, Task<ResolvedEndpoint>>? Resolving { get; set; }

    public ValueTask<ResolvedEndpoint> ResolveAsync(RedisEndpoint endpoint, CancellationToken cancellationToken) =>
        Resolving is { } resolving ? new(resolving(endpoint, cancellationToken)) : ValueTask.FromResult(new ResolvedEndpoint(endpoint, []));

    public override async ValueTask<Transport> DialAsync(ResolvedEndpoint target, SslClientAuthenticationOptions? tls, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _dials);
        RedisEndpoint endpoint = target.Endpoint;
        if (Dialling is { } dialling)
        {
            await dialling(endpoint, cancellationToken);
        }

        var transport = new MemoryTransport(endpoint);
        Prepare?.Invoke(transport);
        _accepted.Writer.TryWrite(transport);
        return transport;
    }

    /// <summary>The next connection that the client opens.</summary>
    public Task<MemoryTransport> AcceptAsync() => _accepted.Reader.ReadAsync().AsTask().InTime();
}
