using System.Net.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TypedRedis.Buffers;
using TypedRedis.Protocol;

namespace TypedRedis.Connections;

/// <summary>Everything a connection needs to know; derived from the user's options once per client.</summary>
internal sealed record ConnectionSettings
{
    private readonly ILogger _logger = NullLogger.Instance;

    public string? User { get; init; }

    public string? Password { get; init; }

    public string? ClientName { get; init; }

    public int Database { get; init; }

    /// <summary>Whether to ask for RESP3; servers that do not know it are spoken to in RESP2.</summary>
    public bool PreferResp3 { get; init; } = true;

    /// <summary>Whether connections say READONLY, so that a replica in a cluster answers reads; a primary ignores it.</summary>
    public bool ReadOnly { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>TLS options for one endpoint; null for plain connections.</summary>
    public Func<RedisEndpoint, SslClientAuthenticationOptions>? Tls { get; init; }

    /// <summary>Most bytes of commands that await their replies on one connection; a single larger command passes alone.</summary>
    public long MaxInFlightBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Most calls that wait for one node, and most that wait for the topology.</summary>
    public int MaxWaitingCommands { get; init; } = 100_000;

    /// <summary>Most bytes of the calls that wait for one node, and of those that wait for the topology.</summary>
    public long MaxWaitingBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Most connections to one node that a caller has to itself.</summary>
    public int MaxDedicatedConnections { get; init; } = 64;

    /// <summary>How long nothing is sent or received before a PING is sent, ms; <see cref="long.MaxValue"/> for never.</summary>
    public long PingAfterMilliseconds { get; init; } = long.MaxValue;

    /// <summary>How long a connection may be silent once a call on it has missed its deadline, ms.</summary>
    public long SilenceLimitMilliseconds { get; init; } = 5_000;

    public RespLimits Limits { get; init; } = RespLimits.Default;

    /// <summary>Where the arrays of large frames and replies come from.</summary>
    public ByteArrays Arrays { get; init; } = ByteArrays.Shared;

    /// <summary>Who keeps state on each connection, in the order in which it is restored.</summary>
    public IReadOnlyList<IConnectionLifecycle> Lifecycles { get; init; } = [];

    /// <summary>Where nodes are at each attempt to connect.</summary>
    public IEndpointResolver Resolver { get; init; } = NameResolver.System;

    public TransportDialer Dialer { get; init; } = SocketDialer.Instance;

    public Clock Clock { get; init; } = Clock.System;

    /// <summary>Where to log to. Never throws.</summary>
    public ILogger Logger
    {
        get => _logger;
        init => _logger = SafeLogger.Around(value);
    }
}
