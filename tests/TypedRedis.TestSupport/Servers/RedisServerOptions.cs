namespace TypedRedis.TestSupport;

/// <summary>What a <see cref="RedisServerProcess"/> is started with.</summary>
public sealed record RedisServerOptions
{
    /// <summary>The name of the server program; default <see cref="ServerBinaries.Redis70"/>.</summary>
    public string Server { get; init; } = ServerBinaries.Redis70;

    /// <summary>Whether to listen on a TCP port without TLS; default yes, except with <see cref="Tls"/>.</summary>
    public bool? PlainPort { get; init; }

    /// <summary>Whether to listen on a Unix socket too (<see cref="RedisServerProcess.SocketPath"/>); default no.</summary>
    public bool UnixSocket { get; init; }

    /// <summary>Certificates; if given, the server listens with TLS. They must outlive the server. Default none.</summary>
    public TestCertificates? Tls { get; init; }

    /// <summary>Whether TLS clients must show a certificate signed by the same authority; default no.</summary>
    public bool RequireClientCertificate { get; init; }

    /// <summary>The password of the default user; default none.</summary>
    public string? Password { get; init; }

    /// <summary>More users, each in the form of <c>ACL SETUSER</c>: <c>alice on &gt;secret ~* +@all</c>.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>The user that the rig itself logs in as; default the default user with <see cref="Password"/>.</summary>
    public (string User, string Password)? RigLogin { get; init; }

    /// <summary>The number of databases; default 16.</summary>
    public int Databases { get; init; } = 16;

    /// <summary>More lines of configuration; they win over the ones written before.</summary>
    public IReadOnlyList<string> ConfigLines { get; init; } = [];

    /// <summary>How long the server may take until it answers; default 20 seconds.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(20);

    internal bool ListensPlain => PlainPort ?? Tls is null;
}
