namespace TypedRedis.TestSupport;

/// <summary>What a <see cref="RedisClusterProcess"/> is made of.</summary>
public sealed record RedisClusterOptions
{
    /// <summary>The name of the server program; default <see cref="ServerBinaries.Redis70"/>.</summary>
    public string Server { get; init; } = ServerBinaries.Redis70;

    /// <summary>The number of primaries with slots, which are shared out evenly; default 3.</summary>
    public int Primaries { get; init; } = 3;

    /// <summary>The number of replicas of each of them; default 1.</summary>
    public int ReplicasPerPrimary { get; init; } = 1;

    /// <summary>The number of further primaries, members without slots; default 0.</summary>
    public int Spares { get; init; }

    /// <summary>After how long without an answer a node counts as failed (<c>cluster-node-timeout</c>); default 2 seconds.</summary>
    public TimeSpan NodeTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Certificates; if given, clients and nodes speak TLS only. They must outlive the cluster. Default none.</summary>
    public TestCertificates? Tls { get; init; }

    /// <summary>The password of the default user on every node; default none.</summary>
    public string? Password { get; init; }

    /// <summary>More users on every node, each in the form of <c>ACL SETUSER</c>: <c>alice on &gt;secret ~* +@all</c>.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    /// <summary>The user that the rig and the nodes log in as; default the default user with <see cref="Password"/>.</summary>
    public (string User, string Password)? RigLogin { get; init; }

    /// <summary>More lines of configuration for every node; they win over the ones written before.</summary>
    public IReadOnlyList<string> ConfigLines { get; init; } = [];

    /// <summary>How long it may take until the whole cluster is healthy; default 60 seconds (on a quiet machine it takes 3).</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    internal RedisServerOptions ForNode()
    {
        List<string> lines =
        [
            "cluster-enabled yes",
            "cluster-config-file nodes.conf",
            $"cluster-node-timeout {(long)NodeTimeout.TotalMilliseconds}",
            // A primary that gave its last slot away stays a primary, and no replica changes sides by itself.
            "cluster-allow-replica-migration no",
        ];
        if (Tls is not null)
        {
            lines.AddRange(["tls-cluster yes", "tls-replication yes"]);
        }

        return new RedisServerOptions
        {
            Server = Server,
            Tls = Tls,
            Password = Password,
            Users = Users,
            RigLogin = RigLogin,
            ConfigLines = [.. lines, .. ConfigLines],
        };
    }
}
