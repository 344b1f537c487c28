using System.Net;

namespace TypedRedis.Connections;

/// <summary>Looks names up, at each attempt anew. The system keeps what it has found for as long as the name's owner allows.</summary>
/// <param name="lookUp">Finds the addresses of a host name.</param>
internal sealed class NameResolver(Func<string, CancellationToken, Task<IPAddress[]>> lookUp) : IEndpointResolver
{
    /// <summary>Asks the system.</summary>
    public static NameResolver System { get; } = new(static (name, cancellationToken) => Dns.GetHostAddressesAsync(name, cancellationToken));

    public async ValueTask<ResolvedEndpoint> ResolveAsync(RedisEndpoint endpoint, CancellationToken cancellationToken)
    {
        EndPoint address = endpoint.ToSocketAddress();
        if (address is not DnsEndPoint name)
        {
            return new ResolvedEndpoint(endpoint, [address]);
        }

        IPAddress[] addresses = await lookUp(name.Host, cancellationToken).ConfigureAwait(false);
        return new ResolvedEndpoint(endpoint, Array.ConvertAll(addresses, found => new IPEndPoint(found, name.Port)));
    }
}
