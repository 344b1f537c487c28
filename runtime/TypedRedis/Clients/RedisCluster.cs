using TypedRedis.Connections;
using TypedRedis.Execution;
using TypedRedis.Observation;
using TypedRedis.Protocol;
using TypedRedis.Routing;
using TypedRedis.Topology;

namespace TypedRedis;

/// <summary>
/// A client for a Redis Cluster. It sends every command to the node that owns the command's slot, follows redirects and failovers, and keeps
/// its picture of the cluster true in the background.
/// </summary>
/// <remarks>
/// Calls survive resharding, failovers and lost connections as long as their deadline allows. Only a command that may have been
/// executed, and may not be executed twice, fails at once with a <see cref="RedisOutcomeUnknownException"/>
/// (see <see cref="RedisOptions.RetryNonIdempotent"/>).
/// </remarks>
public sealed partial class RedisCluster : RedisClient
{
    private readonly ClusterRouter _router;

    private RedisCluster(ClusterRouter router, Clock clock, RedisOptions options)
        : base(clock, options.CommandTimeout, SlotHasher.Instance, options.CreateObserver()) => _router = router;

    /// <summary>How often the topology was read since the start.</summary>
    internal long Refreshes => _router.Refreshes;

    /// <summary>Connects by one start-up node.</summary>
    /// <param name="url">As for <see cref="RedisOptions.Parse(string)"/>: <c>redis://host:port</c>, or <c>rediss://</c> for TLS. The database is 0.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RedisConfigurationException">The URL is malformed.</exception>
    /// <exception cref="RedisClusterException">The URL asks for what a cluster does not have (another database, a Unix socket), no node answers, the server is not part of a cluster, or slots have no owner.</exception>
    public static Task<RedisCluster> ConnectAsync(string url, CancellationToken cancellationToken = default) =>
        ConnectAsync(RedisOptions.Parse(url), cancellationToken);

    /// <summary>Connects by one start-up node.</summary>
    /// <param name="host">A host name or address.</param>
    /// <param name="port">1 to 65535.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RedisClusterException">No node answers, the server is not part of a cluster, or slots have no owner.</exception>
    /// <exception cref="RedisAuthenticationException">The servers refuse the user or password, or want one.</exception>
    public static Task<RedisCluster> ConnectAsync(string host, int port, CancellationToken cancellationToken = default) =>
        ConnectAsync([new RedisEndpoint(host, port)], cancellationToken);

    /// <summary>Connects by the first of several start-up nodes that answers.</summary>
    /// <param name="startupNodes">Some nodes of the cluster; the others are found.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RedisClusterException">No node is named or answers, the servers are not part of a cluster, or slots have no owner.</exception>
    public static Task<RedisCluster> ConnectAsync(IEnumerable<RedisEndpoint> startupNodes, CancellationToken cancellationToken = default) =>
        ConnectAsync(new RedisOptions { Endpoints = [.. startupNodes] }, cancellationToken);

    /// <summary>Connects as the options say.</summary>
    /// <param name="options">Everything; <see cref="RedisOptions.Endpoints"/> are the start-up nodes.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    /// <exception cref="RedisConfigurationException">An option has a value that cannot work.</exception>
    /// <exception cref="RedisClusterException">No node answers, the servers are not part of a cluster, or slots have no owner.</exception>
    public static async Task<RedisCluster> ConnectAsync(RedisOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.ValidateForCluster();
        Clock clock = ReferenceEquals(options.TimeProvider, TimeProvider.System) ? Clock.System : new Clock(options.TimeProvider);
        var router = new ClusterRouter(options, clock);
        try
        {
            await router.StartAsync(cancellationToken).ConfigureAwait(false);
            return new RedisCluster(router, clock, options);
        }
        catch
        {
            await router.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    internal override IRouter Router => _router;

    /// <inheritdoc />
    public override IReadOnlyList<RedisConnectionStatistics> GetConnectionStatistics() => _router.GetConnectionStatistics();

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        NoteDisposed();
        return _router.DisposeAsync();
    }

    private protected override void Dispatch(PendingRequest request, ref RequestWriter writer) => _router.Dispatch(request, ref writer);

    private protected override void DispatchDedicated(PendingRequest request) => _router.DispatchDedicated(request);

    private protected override Func<ObservedCall?, Task<byte[]>>? FanOut(CommandInfo command, ReadOnlySpan<byte> frame, long deadline, CancellationToken cancellationToken) => command switch
    {
        { DefaultTarget: CommandTarget.SlotArgument } =>
            throw new RedisClusterException("The command is for the owner of a slot, and names none. Nothing was sent.") { Command = command.Name },
        { DefaultTarget: CommandTarget.Primaries or CommandTarget.AllNodes, Response: ResponsePolicy.Special } =>
            throw new RedisClusterException("The command is for several nodes, and nothing makes one of their replies. Nothing was sent.") { Command = command.Name },
        { DefaultTarget: CommandTarget.Primaries or CommandTarget.AllNodes } =>
            Over(_router, command, frame.ToArray(), deadline, cancellationToken),
        _ => null,
    };

    private static Func<ObservedCall?, Task<byte[]>> Over(ClusterRouter router, CommandInfo command, byte[] frame, long deadline, CancellationToken cancellationToken) =>
        observed => new FanOut(router, command, frame, deadline, cancellationToken, observed).RunAsync();
}
