using TypedRedis.Nodes;

namespace TypedRedis;

/// <summary>One server of a cluster, with the role it had when the topology was read. Nodes are equal if their endpoints are.</summary>
public sealed class ClusterNode : IEquatable<ClusterNode>
{
    internal ClusterNode(NodeConnection connection, string? id, string? hostName, bool isReplica)
    {
        Connection = connection;
        Id = id;
        HostName = hostName;
        IsReplica = isReplica;
        Name = connection.Endpoint.ToString();
    }

    /// <summary>Where the client reaches the node.</summary>
    public RedisEndpoint Endpoint => Connection.Endpoint;

    /// <summary><c>host:port</c>, with brackets around an IPv6 address.</summary>
    public string Name { get; }

    /// <summary>The node's own 40-digit id; null for a node known from a redirect only.</summary>
    public string? Id { get; }

    /// <summary>The host name the node announces (<c>cluster-announce-hostname</c>, Redis 7.0); null if none.</summary>
    public string? HostName { get; }

    /// <summary>Whether the node is a replica; otherwise it is a primary.</summary>
    public bool IsReplica { get; }

    /// <summary>Whether the client is connected to the node at this moment; it connects when the node is first needed.</summary>
    public bool IsConnected => Connection.IsConnected;

    internal NodeConnection Connection { get; }

    /// <inheritdoc />
    public bool Equals(ClusterNode? other) => other is not null && Endpoint == other.Endpoint;

    /// <inheritdoc />
    public override bool Equals(object? obj) => Equals(obj as ClusterNode);

    /// <inheritdoc />
    public override int GetHashCode() => Endpoint.GetHashCode();

    /// <summary>Name and role.</summary>
    public override string ToString() => IsReplica ? $"{Name} (replica)" : $"{Name} (primary)";

    internal ClusterNode As(bool replica) => IsReplica == replica ? this : new(Connection, Id, HostName, replica);
}
