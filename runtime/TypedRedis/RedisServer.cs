using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis;

/// <summary>A client for one server that is not part of a cluster.</summary>
public sealed class RedisServer : RedisClient
{
    private readonly NodeConnection _node;
    private readonly DeadlineTimer _deadlines;

    private RedisServer(RedisEndpoint endpoint, ConnectionSettings settings, TimeSpan commandTimeout, bool retryNonIdempotent)
        : base(settings.Clock, commandTimeout, routesBySlot: false)
    {
        _node = new NodeConnection(endpoint, settings, new SingleServerRecovery(retryNonIdempotent));
        _deadlines = new DeadlineTimer(settings.Clock, _node.TimeOut);
    }

    /// <summary>Where the server listens.</summary>
    public RedisEndpoint Endpoint => _node.Endpoint;

    /// <summary>Whether there is a connection at this moment; a lost one comes back with the next command.</summary>
    public bool IsConnected => _node.IsConnected;

    internal ConnectionCounters? Counters => _node.Counters;

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
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
}
