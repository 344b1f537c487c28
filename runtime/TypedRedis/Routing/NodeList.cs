namespace TypedRedis.Routing;

/// <summary>The nodes of a slot map, each once.</summary>
internal sealed class NodeList
{
    private readonly Dictionary<RedisEndpoint, ClusterNode> _byEndpoint = [];

    public NodeList(IEnumerable<Shard?> shards)
    {
        foreach (Shard shard in shards.OfType<Shard>())
        {
            // A node can be met twice while the cluster changes; the role of a primary counts.
            _byEndpoint[shard.Primary.Endpoint] = shard.Primary;
            foreach (ClusterNode replica in shard.Replicas)
            {
                _byEndpoint.TryAdd(replica.Endpoint, replica);
            }
        }

        All = [.. _byEndpoint.Values];
        Primaries = [.. All.Where(node => !node.IsReplica)];
        Replicas = [.. All.Where(node => node.IsReplica)];
    }

    public ClusterNode[] All { get; }

    public ClusterNode[] Primaries { get; }

    public ClusterNode[] Replicas { get; }

    /// <summary>The node at an endpoint; <c>localhost</c> also finds a node known by its loopback address, and a node by the name it announces.</summary>
    public ClusterNode? Find(RedisEndpoint endpoint) =>
        _byEndpoint.GetValueOrDefault(endpoint)
        ?? (string.Equals(endpoint.Host, "localhost", StringComparison.OrdinalIgnoreCase)
            ? _byEndpoint.GetValueOrDefault(new("127.0.0.1", endpoint.Port)) ?? _byEndpoint.GetValueOrDefault(new("::1", endpoint.Port))
            : null)
        ?? Array.Find(All, node => node.Endpoint.Port == endpoint.Port && string.Equals(node.HostName, endpoint.Host, StringComparison.OrdinalIgnoreCase));
}
