namespace TypedRedis.Benchmarks.Running;

/// <summary>What a case runs against.</summary>
internal enum ServerKind
{
    /// <summary>One server.</summary>
    Single,

    /// <summary>A cluster of three primaries.</summary>
    Cluster,
}

/// <summary>Names of <see cref="ServerKind"/> as printed.</summary>
internal static class ServerKindNames
{
    /// <summary><c>single</c> or <c>cluster</c>.</summary>
    public static string ToText(this ServerKind kind) => kind == ServerKind.Single ? "single" : "cluster";
}
