using System.Text;
using Microsoft.Extensions.Logging;
using TypedRedis.Connections;
using TypedRedis.Protocol;

namespace TypedRedis;

/// <summary>
/// How a client reaches its servers and how it behaves. Every option has a default that suits production; only
/// <see cref="Endpoints"/> must be given. <see cref="Parse(string)"/> reads the options out of a connection URL.
/// </summary>
public sealed partial record RedisOptions
{
    /// <summary>
    /// Where to connect: the one server, or for a cluster its start-up nodes, of which one that answers suffices. Empty by default.
    /// </summary>
    public IReadOnlyList<RedisEndpoint> Endpoints { get; init; } = [];

    /// <summary>User to authenticate as (ACL, Redis 6.0); null for the server's default user.</summary>
    public string? User { get; init; }

    /// <summary>Password; null for none. It is never part of a message, a log entry or <see cref="ToString"/>.</summary>
    public string? Password { get; init; }

    /// <summary>Name of the connections in <c>CLIENT LIST</c>; null for none. No spaces or line breaks.</summary>
    public string? ClientName { get; init; }

    /// <summary>Database number; 0 by default. A cluster has only database 0.</summary>
    public int Database { get; init; }

    /// <summary>Protocol to speak; RESP3 by default, with RESP2 for servers that do not know it.</summary>
    public RedisProtocol Protocol { get; init; } = RedisProtocol.Resp3;

    /// <summary>Longest time to make one connection, handshake included; 5 s by default.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Longest time of one call, retries and redirects included; 5 s by default. A call with a <see cref="Deadline"/> of its own
    /// has that instead. <see cref="Timeout.InfiniteTimeSpan"/> for no limit.
    /// </summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Encryption; null, the default, for plain connections.</summary>
    public RedisTlsOptions? Tls { get; init; }

    /// <summary>
    /// Most bytes of commands that await replies on one connection; 32 MiB by default. Further calls wait for room. A single
    /// command that is larger passes alone.
    /// </summary>
    public long MaxInFlightBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>
    /// Most calls that wait for one node, because there is no connection or no room on it (<see cref="MaxInFlightBytes"/>), and in a cluster as many besides
    /// that wait until their slot has an owner; 100,000 by default. A further call fails at once with a <see cref="RedisQueueFullException"/>. Calls that are sent
    /// again are never refused; a pipeline or a transaction counts as one call.
    /// </summary>
    public int MaxWaitingCommands { get; init; } = 100_000;

    /// <summary>Most bytes of those calls; 64 MiB by default. A single call may wait however large it is. Those of pipelines and transactions do not count.</summary>
    public long MaxWaitingBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Most connections to one node that a caller has to itself, each for one blocking command under way or one <see cref="RedisWatch"/>; 64 by default. They are
    /// opened when needed, beside the shared connection, and closed after 30 s without use. A call counts until it is over, also while it waits to be sent again;
    /// one more fails at once with a <see cref="RedisConnectionLimitException"/>.
    /// </summary>
    public int MaxDedicatedConnections { get; init; } = 64;

    /// <summary>
    /// After how long without traffic a connection is asked for a sign of life by a PING; 10 s by default, null for never. A server that lets half of this
    /// pass without it is taken for dead: the connection is closed, and made anew when it is needed. So is one on which a call has missed its
    /// deadline, or was cancelled, and nothing has come for half of this (5 s if it is null). Connections in use by one caller, for a command that blocks or a
    /// <see cref="RedisWatch"/>, are not asked.
    /// </summary>
    public TimeSpan? HealthCheckInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// After how long without traffic the system asks the other machine whether it still has the connection (TCP keep-alive), at least 1 s; 30 s by default, then
    /// every 5 s, and after three questions without an answer the connection is lost. What is longer than 9 hours counts as that. Null leaves keep-alive to the system's settings.
    /// </summary>
    public TimeSpan? TcpKeepAliveTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the other machine may leave bytes unconfirmed before the connection is lost (TCP user time-out, Linux only); 30 s by default. Null leaves it
    /// to the system, which tries for about 15 minutes.
    /// </summary>
    public TimeSpan? TcpUserTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bounds on what a server may send; see there for the defaults.</summary>
    public RespLimits Limits { get; init; } = RespLimits.Default;

    /// <summary>
    /// Whether commands may be sent again that could thereby be executed twice (<c>INCR</c>, <c>LPUSH</c>). False by default: if such
    /// a command's outcome is unknown, the call fails with a <see cref="RedisOutcomeUnknownException"/>.
    /// </summary>
    public bool RetryNonIdempotent { get; init; }

    /// <summary>Cluster: whether connecting fails unless all 16384 slots have an owner; true by default.</summary>
    public bool RequireFullCoverage { get; init; } = true;

    /// <summary>
    /// Cluster: after how many MOVED redirects the whole topology is read again; 10 by default. 1 reads it after each, 0 never because
    /// of a MOVED: then only the slot named is corrected, which always happens.
    /// </summary>
    public int ReinitializeSteps { get; init; } = 10;

    /// <summary>
    /// Cluster: whether nodes found are asked for the topology too, besides the start-up nodes; true by default. The start-up nodes
    /// are kept in any case.
    /// </summary>
    public bool DynamicStartupNodes { get; init; } = true;

    /// <summary>
    /// Cluster: how often the topology is read again without a cause, give or take a tenth; 60 s by default, 24 days at most, null for never. Errors, losses and
    /// silence have it read at once in any case.
    /// </summary>
    public TimeSpan? TopologyRefreshInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Cluster: translates the endpoints that servers name, in the topology and in redirects, to those this client can reach (port
    /// forwarding, NAT). Null, the default, takes them as they are. Must be quick; what it throws fails the call that was redirected, or the reading of the topology.
    /// </summary>
    public Func<RedisEndpoint, RedisEndpoint>? AddressRemap { get; init; }

    /// <summary>The clock that all timeouts, delays and deadlines follow; the system's by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Whether the client counts its calls for <see cref="RedisClient.GetCallStatistics"/>; false by default, since it costs each call some processor time.</summary>
    public bool CountCalls { get; init; }

    /// <summary>Where the client logs to; null, the default, for nowhere.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>
    /// Options of a connection URL that other Redis clients know and this one has no use for, such as <c>socket_keepalive</c>, as
    /// text by lower-case name. Empty by default.
    /// </summary>
    public IReadOnlyDictionary<string, string> OtherUrlOptions { get; init; } = new Dictionary<string, string>();

    /// <summary>Opens byte streams, in place of sockets; tests put other networks here. Null by default.</summary>
    internal Connections.TransportDialer? Dialer { get; init; }

    /// <summary>Where nodes are at each attempt to connect; null for what the system says.</summary>
    internal Connections.IEndpointResolver? Resolver { get; init; }

    /// <summary>Who is told of calls, in the place of <see cref="CountCalls"/>; null for nobody.</summary>
    internal Observation.ICommandObserver? Observer { get; init; }

    /// <summary>Source of all random choices; tests seed it.</summary>
    internal Random Random { get; init; } = Random.Shared;

    /// <summary>The options for people, without secrets.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Tls is null ? "redis://" : "rediss://").AppendJoin(',', Endpoints);
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"/{Database}, protocol {Protocol}, connect timeout {ConnectTimeout.TotalSeconds} s, command timeout {CommandTimeout.TotalSeconds} s");
        return (User, Password) switch
        {
            (null, null) => text.ToString(),
            (null, _) => text.Append(", with a password").ToString(),
            _ => text.Append(", with a user and a password").ToString(),
        };
    }
}
