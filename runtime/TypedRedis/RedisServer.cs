using TypedRedis.Connections;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;

namespace TypedRedis;

/// <summary>A client for one server that is not part of a cluster.</summary>
public sealed class RedisServer : RedisClient
{
    private readonly NodeConnection _node;
    private readonly SingleServerPipelines _pipelines;
    private readonly DeadlineTimer _deadlines;

    private RedisServer(RedisEndpoint endpoint, ConnectionSettings settings, TimeSpan commandTimeout, bool retryNonIdempotent)
        : base(settings.Clock, commandTimeout, routesBySlot: false)
    {
        _node = new NodeConnection(endpoint, settings, new SingleServerRecovery(retryNonIdempotent));
        _deadlines = new DeadlineTimer(settings.Clock, _node.TimeOut, settings.Logger);
        _pipelines = new SingleServerPipelines(_node, settings.Clock, retryNonIdempotent);
    }

    /// <summary>Where the server listens.</summary>
    public RedisEndpoint Endpoint => _node.Endpoint;

    /// <summary>Whether there is a connection at this moment; a lost one comes back with the next command.</summary>
    public bool IsConnected => _node.IsConnected;

    internal override IPipelineRouter PipelineRouter => _pipelines;

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
        return ConnectAsync(options.Endpoints[0], settings, options.CommandTimeout, options.RetryNonIdempotent, cancellationToken);
    }

    /// <inheritdoc />
    public override IReadOnlyList<RedisConnectionStatistics> GetConnectionStatistics() => [_node.GetStatistics()];

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        NoteDisposed();
        await _node.DisposeAsync().ConfigureAwait(false);
        _deadlines.Dispose();
    }

    internal static async Task<RedisServer> ConnectAsync(
        RedisEndpoint endpoint, ConnectionSettings settings, TimeSpan commandTimeout, bool retryNonIdempotent, CancellationToken cancellationToken)
    {
        var server = new RedisServer(endpoint, settings, commandTimeout, retryNonIdempotent);
        try
        {
            await server._node.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private protected override void Dispatch(PendingRequest request, ref RequestWriter writer) => _node.Send(request, ref writer);

    private protected override void DispatchDedicated(PendingRequest request) => _node.Send(request);

    // With one server there is nowhere else to go: what may be repeated waits for the next connection, until its deadline.
    private sealed class SingleServerRecovery(bool retryNonIdempotent) : IRequestRecovery
    {
        public bool TryRecoverFromError(PendingRequest request, in ErrorReply error, NodeConnection source) => false;

        public bool TryRecoverFromLoss(PendingRequest request, Exception cause, bool mayHaveExecuted, NodeConnection source)
        {
            if (mayHaveExecuted && request.Command.Retry == RetryClass.NotIdempotent && !retryNonIdempotent)
            {
                request.Fail(OutcomeUnknown.After(cause));
            }
            else
            {
                source.Send(request);
            }

            return true;
        }
    }

    private sealed class SingleServerPipelines(NodeConnection node, Clock clock, bool retryNonIdempotent) : IPipelineRouter
    {
        public Clock Clock => clock;

        public IRequestChannel? Find(CommandInfo command, int slot) => node;

        public Resending Recover(CommandInfo command, in ErrorReply error, IRequestChannel source, int attempts) => default;

        public void NoteLoss(IRequestChannel source)
        {
            // It connects again by itself.
        }

        public bool MayRepeat(CommandInfo command) => retryNonIdempotent || command.Retry != RetryClass.NotIdempotent;
    }
}
