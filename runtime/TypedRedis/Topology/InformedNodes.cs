using TypedRedis.Connections;
using TypedRedis.Routing;

namespace TypedRedis.Topology;

/// <summary>
/// Replicas that have said they are primaries: each until the topology bears it out, or a reading has begun with it. Several may tell of themselves during one reading, and
/// one of another shard need not know of them. There are no more than replicas, and each reading makes them fewer. For several threads.
/// </summary>
internal sealed class InformedNodes
{
    private readonly Lock _gate = new();
    private readonly List<RedisEndpoint> _endpoints = [];

    /// <summary>Those that readings are to begin with, in the order they have come.</summary>
    public RedisEndpoint[] All
    {
        get
        {
            lock (_gate)
            {
                return [.. _endpoints];
            }
        }
    }

    /// <summary>Notes one.</summary>
    public void Add(RedisEndpoint endpoint)
    {
        lock (_gate)
        {
            if (!_endpoints.Contains(endpoint))
            {
                _endpoints.Add(endpoint);
            }
        }
    }

    /// <summary>Forgets those that are not needed any more after a reading.</summary>
    /// <param name="asked">Those that were to be asked, in this order: if not even the first one's word was borne out, it was wrong.</param>
    /// <param name="map">The picture after it.</param>
    /// <returns>Whether there are any left.</returns>
    public bool Settle(ReadOnlySpan<RedisEndpoint> asked, SlotMap map)
    {
        lock (_gate)
        {
            if (!asked.IsEmpty)
            {
                _endpoints.Remove(asked[0]);
            }

            _endpoints.RemoveAll(endpoint => map.Nodes.Find(endpoint) is { IsReplica: false });
            return _endpoints.Count > 0;
        }
    }
}
