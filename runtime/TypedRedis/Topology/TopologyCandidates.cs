using TypedRedis.Routing;

namespace TypedRedis.Topology;

/// <summary>Whom to ask for the topology, in which order.</summary>
internal static class TopologyCandidates
{
    // Of the nodes in use, so many are asked before the start-up nodes.
    private const int NodesBeforeSeeds = 3;

    /// <summary>
    /// Random, so that no node is asked by all clients at once. Connected nodes come first, but before a long list of others the start-up nodes: their names
    /// may lead to new addresses after all nodes were replaced. Those that are silent come last: each that is asked may have to be waited for.
    /// </summary>
    /// <param name="options">The start-up nodes, and whether others may be asked at all.</param>
    /// <param name="map">The present picture.</param>
    /// <param name="now">The client's clock.</param>
    /// <param name="silence">Nodes that have owed an answer for so long, ms, are the last.</param>
    /// <param name="informed">Those that know more than the others, and come before them, in this order.</param>
    public static RedisEndpoint[] Choose(RedisOptions options, SlotMap map, long now, long silence, params RedisEndpoint[] informed)
    {
        RedisEndpoint[] seeds = [.. options.Endpoints];
        options.Random.Shuffle(seeds);
        if (!options.DynamicStartupNodes)
        {
            return [.. informed.Intersect(seeds).Concat(seeds).Distinct()];
        }

        ClusterNode[] nodes = [.. map.Nodes.All];
        options.Random.Shuffle(nodes);
        HashSet<RedisEndpoint> silent = [.. nodes.Where(node => node.Connection.IsStalled || node.Connection.SilentFor(now) >= silence).Select(node => node.Endpoint)];
        IEnumerable<RedisEndpoint> inUse = nodes.Where(node => node.IsConnected && !silent.Contains(node.Endpoint)).Select(node => node.Endpoint);
        return
        [
            .. informed.Concat(inUse.Take(NodesBeforeSeeds)).Concat(seeds).Concat(nodes.Select(node => node.Endpoint)).Distinct().OrderBy(silent.Contains),
        ];
    }
}
