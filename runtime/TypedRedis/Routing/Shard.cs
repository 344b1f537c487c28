namespace TypedRedis.Routing;

/// <summary>A primary and its replicas: the nodes that hold the same slots.</summary>
internal sealed class Shard(ClusterNode primary, ClusterNode[] replicas)
{
    public ClusterNode Primary { get; } = primary;

    public ClusterNode[] Replicas { get; } = replicas;

    /// <summary>The shard after a failover to one of its replicas.</summary>
    public Shard Promote(ClusterNode replica)
    {
        ClusterNode[] others = [.. Replicas.Where(node => !node.Equals(replica)), Primary.As(replica: true)];
        return new(replica.As(replica: false), others);
    }
}
