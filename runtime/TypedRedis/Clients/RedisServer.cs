using TypedRedis.Connections;
using TypedRedis.Observation;
using TypedRedis.Protocol;
using TypedRedis.Routing;
using TypedRedis.Topology;

namespace TypedRedis;

/// <summary>A client for one server that is not part of a cluster.</summary>
/// <remarks>
/// Calls survive lost connections, a server that is loading its data, and a name that leads to another server after a failover, as long as their
/// deadline allows. Only a command that may have been executed, and may not be executed twice, fails at once with a
/// <see cref="RedisOutcomeUnknownException"/> (see <see cref="RedisOptions.RetryNonIdempotent"/>).
/// </remarks>
public sealed class RedisServer : RedisClient
{
    private readonly SingleServerRouter _router;

    private RedisServer(RedisEndpoint endpoint, ConnectionSettings settings, TimeSpan commandTimeout, bool retryNonIdempotent, CallObserver? calls)
        : base(settings.Clock, commandTimeout, hasher: null, calls) =>
        _router = new SingleServerRouter(endpoint, settings, retryNonIdempotent);

    /// <summary>Where the server listens.</summary>
    public RedisEndpoint Endpoint => _router.Node.Endpoint;

    /// <summary>Whether there is a connection at this moment; a lost one comes back with the next command.</summary>
    public bool IsConnected => _router.Node.IsConnected;

    internal override IRouter Router => _router;

    /// <summary>Connects to a server.</summary>
    /// <param name="url">A connection URL, as <see cref="RedisOptions.Parse(string)"/> reads it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RedisConfigurationException">The URL is wrong.</exception>
    /// <exception cref="RedisConnectionException">The server cannot be reached.</exception>
    /// <exception cref="RedisAuthenticationException">The server refuses the user or password, or wants one.</exception>
    /// <exception cref="RedisProtocolException">What listens there is no Redis server.</exception>
    public static Task<RedisServer> ConnectAsync(string url, CancellationToken cancellationToken = default) =>
        ConnectAsync(RedisOptions.Parse(url), cancellationToken);

    /// <summary>Connects to a server.</summary>
    /// <param name="options">Exactly one endpoint, and how to behave.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RedisConfigurationException">An option is wrong.</exception>
    /// <exception cref="RedisConnectionException">The server cannot be reached.</exception>
    /// <exception cref="RedisAuthenticationException">The server refuses the user or password, or wants one.</exception>
    /// <exception cref="RedisProtocolException">What listens there is no Redis server.</exception>
    public static Task<RedisServer> ConnectAsync(RedisOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.Endpoints.Count != 1)
        {
            throw new RedisConfigurationException("A single server has exactly one endpoint; for several nodes use RedisCluster.");
        }

        ConnectionSettings settings = options.CreateConnectionSettings(new Clock(options.TimeProvider));
        return ConnectAsync(options.Endpoints[0], settings, options.CommandTimeout, options.RetryNonIdempotent, cancellationToken, options.CreateObserver());
    }

    /// <inheritdoc />
    public override IReadOnlyList<RedisConnectionStatistics> GetConnectionStatistics() => [_router.Node.GetStatistics()];

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        NoteDisposed();
        return _router.DisposeAsync();
    }

    internal static async Task<RedisServer> ConnectAsync(
        RedisEndpoint endpoint, ConnectionSettings settings, TimeSpan commandTimeout, bool retryNonIdempotent, CancellationToken cancellationToken, CallObserver? calls = null)
    {
        var server = new RedisServer(endpoint, settings, commandTimeout, retryNonIdempotent, calls);
        try
        {
            await server._router.Node.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private protected override void Dispatch(PendingRequest request, ref RequestWriter writer) => _router.Node.Send(request, ref writer);

    private protected override void DispatchDedicated(PendingRequest request) => _router.Node.SendNew(request);
}
