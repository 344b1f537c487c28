using TypedRedis.Connections;
using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Topology;

/// <content>What commands for several nodes ask for.</content>
internal sealed partial class ClusterRouter
{
    private TaskCompletionSource _nextReading = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the topology has been read the next time.</summary>
    public Task NextReading => Volatile.Read(ref _nextReading).Task;

    /// <summary>Whether each slot has an owner, or need not have one.</summary>
    public bool KnowsAllSlots => !_options.RequireFullCoverage || _map.CoveredSlots == HashSlot.Count;

    public Clock Clock => _settings.Clock;

    public Random Random => _options.Random;

    /// <summary>The nodes that a command without keys goes to.</summary>
    /// <exception cref="RedisClusterException">No node is known.</exception>
    public FanOutTarget[] TargetsOf(CommandInfo command)
    {
        SlotMap map = _map;
        FanOutTarget[] targets = command.DefaultTarget == CommandTarget.AllNodes
            ? Array.ConvertAll(map.Nodes.All, node => new FanOutTarget(node.Connection, [node.Endpoint]))
            : Array.ConvertAll(map.Nodes.Primaries, node => new FanOutTarget(node.Connection, EndpointsOf(map.ShardOf(node)!)));
        return targets.Length > 0 ? targets : throw new RedisClusterException("No node of the cluster is known.") { Command = command.Name };
    }

    public bool MayRepeat(CommandInfo command) => ((IPipelineRouter)this).MayRepeat(command);

    /// <summary>Asks for a reading of the topology.</summary>
    public void RequestRefresh() => _refresher.Request();

    private void NoteReading() =>
        Interlocked.Exchange(ref _nextReading, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    private static RedisEndpoint[] EndpointsOf(Shard shard) => [shard.Primary.Endpoint, .. shard.Replicas.Select(replica => replica.Endpoint)];
}
