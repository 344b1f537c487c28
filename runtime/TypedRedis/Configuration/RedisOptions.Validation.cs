using System.Buffers;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TypedRedis.Connections;
using TypedRedis.Observation;

namespace TypedRedis;

/// <content>Checks, and the settings of connections made of the options.</content>
public sealed partial record RedisOptions
{
    private const string NoServer = "No server is named. Give a connection URL, a host and port, or a list of endpoints.";

    // Timers take no more than 49 days, and the interval is stretched a little.
    private static readonly TimeSpan s_longestInterval = TimeSpan.FromDays(24);

    private bool IsServerNamed => Endpoints is { Count: > 0 };

    /// <summary>Checks everything that holds for any topology.</summary>
    /// <exception cref="RedisConfigurationException">An option has a value that cannot work.</exception>
    internal void Validate()
    {
        Require(IsServerNamed, NoServer);
        Require(Endpoints.All(endpoint => endpoint.SocketPath is not null || endpoint.Host is not null), $"{nameof(Endpoints)} contains an endpoint without a host.");
        Require(Database >= 0, $"{nameof(Database)} is negative: {Database}.");
        Require(Protocol is RedisProtocol.Resp2 or RedisProtocol.Resp3, $"{nameof(Protocol)} is neither RESP2 nor RESP3.");
        Require(ConnectTimeout > TimeSpan.Zero && ConnectTimeout.TotalMilliseconds <= int.MaxValue, $"{nameof(ConnectTimeout)} is not positive, or longer than 24 days: {ConnectTimeout}.");
        Require(CommandTimeout > TimeSpan.Zero || CommandTimeout == Timeout.InfiniteTimeSpan, $"{nameof(CommandTimeout)} is not positive: {CommandTimeout}.");
        Require(MaxInFlightBytes > 0, $"{nameof(MaxInFlightBytes)} is not positive: {MaxInFlightBytes}.");
        Require(MaxWaitingCommands > 0, $"{nameof(MaxWaitingCommands)} is not positive: {MaxWaitingCommands}.");
        Require(MaxWaitingBytes > 0, $"{nameof(MaxWaitingBytes)} is not positive: {MaxWaitingBytes}.");
        Require(MaxDedicatedConnections > 0, $"{nameof(MaxDedicatedConnections)} is not positive: {MaxDedicatedConnections}.");
        Require(HealthCheckInterval is null || HealthCheckInterval > TimeSpan.Zero, $"{nameof(HealthCheckInterval)} is not positive: {HealthCheckInterval}.");
        Require(TcpKeepAliveTime is null || TcpKeepAliveTime >= TimeSpan.FromSeconds(1), $"{nameof(TcpKeepAliveTime)} is less than a second: {TcpKeepAliveTime}.");
        Require(TcpUserTimeout is null || TcpUserTimeout >= TimeSpan.FromMilliseconds(1), $"{nameof(TcpUserTimeout)} is less than a millisecond: {TcpUserTimeout}.");
        Require(ReinitializeSteps >= 0, $"{nameof(ReinitializeSteps)} is negative: {ReinitializeSteps}.");
        Require(TopologyRefreshInterval is null || (TopologyRefreshInterval > TimeSpan.Zero && TopologyRefreshInterval <= s_longestInterval), $"{nameof(TopologyRefreshInterval)} is not positive, or longer than 24 days: {TopologyRefreshInterval}.");
        Require(User is null || Password is not null, $"{nameof(User)} is given without a {nameof(Password)}.");
        Require(IsText(User), $"{nameof(User)} has half a surrogate pair, which UTF-8 cannot express.");
        Require(IsText(Password), $"{nameof(Password)} has half a surrogate pair, which UTF-8 cannot express.");
        Require(ClientName is null || !ClientName.Any(c => c is <= ' ' or > '~'), $"{nameof(ClientName)} contains a space, a line break or a special character.");
        Require(Limits is not null, $"{nameof(Limits)} is null.");
        Require(TimeProvider is not null, $"{nameof(TimeProvider)} is null.");
    }

    /// <summary>Checks what holds for clusters besides <see cref="Validate"/>.</summary>
    /// <exception cref="RedisClusterException">The options ask for what no cluster has, or name no node.</exception>
    /// <exception cref="RedisConfigurationException">An option has a value that cannot work.</exception>
    internal void ValidateForCluster()
    {
        RequireOfCluster(IsServerNamed, NoServer);
        RequireOfCluster(Database == 0, "A cluster has only database 0.");
        RequireOfCluster(Endpoints.All(endpoint => endpoint.SocketPath is null), "A cluster cannot be reached by Unix sockets: its nodes name each other by host and port.");
        Validate();
    }

    internal ConnectionSettings CreateConnectionSettings(Clock clock) => new()
    {
        User = User,
        Password = Password,
        ClientName = ClientName,
        Database = Database,
        PreferResp3 = Protocol == RedisProtocol.Resp3,
        ConnectTimeout = ConnectTimeout,
        Tls = Tls?.CreateFactory(),
        MaxInFlightBytes = MaxInFlightBytes,
        MaxWaitingCommands = MaxWaitingCommands,
        MaxWaitingBytes = MaxWaitingBytes,
        MaxDedicatedConnections = MaxDedicatedConnections,
        Limits = Limits,
        PingAfterMilliseconds = HealthCheckInterval is { } interval ? Clock.Milliseconds(interval) : long.MaxValue,
        SilenceLimitMilliseconds = HealthCheckInterval is { } whole ? Math.Max(1, Clock.Milliseconds(whole / 2)) : 5_000,
        Dialer = Dialer ?? new SocketDialer(new TcpSettings { KeepAliveTime = TcpKeepAliveTime, UserTimeout = TcpUserTimeout }),
        Resolver = Resolver ?? NameResolver.System,
        Clock = clock,
        Logger = CreateLogger(),
    };

    /// <summary>Who is told of a client's calls; null if nobody listens.</summary>
    internal CallObserver? CreateObserver() =>
        (Observer ?? (CountCalls ? new CallCounters() : null)) is { } observer ? new CallObserver(observer, SafeLogger.Around(CreateLogger())) : null;

    private ILogger CreateLogger() => LoggerFactory?.CreateLogger("TypedRedis") ?? NullLogger.Instance;

    internal RedisEndpoint Remap(RedisEndpoint endpoint) => AddressRemap is { } remap ? remap(endpoint) : endpoint;

    /// <summary>Whether UTF-8 can express the text.</summary>
    private static bool IsText(string? text)
    {
        int used;
        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty; rest = rest[used..])
        {
            if (Rune.DecodeFromUtf16(rest, out _, out used) != OperationStatus.Done)
            {
                return false;
            }
        }

        return true;
    }

    private static void RequireOfCluster(bool condition, string problem)
    {
        if (!condition)
        {
            throw new RedisClusterException(problem);
        }
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new RedisConfigurationException(problem);
        }
    }
}
