using BenchmarkDotNet.Attributes;
using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Protocol;
using TypedRedis.Routing;

namespace TypedRedis.Benchmarks.Micro;

/// <summary>From a key to the connection of its owner, by the number of shards. Nothing connects.</summary>
public class RoutingBenchmarks
{
    private readonly byte[] _key = "key:000000000000"u8.ToArray();
    private SlotMap _map = SlotMap.Empty;

    [Params(3, 1000)]
    public int Shards { get; set; }

    [GlobalSetup]
    public void CreateMap()
    {
        var settings = new ConnectionSettings();
        _map = SlotMap.Create(Enumerable.Range(0, Shards).Select(i => new SlotAssignment(
            i * HashSlot.Count / Shards,
            ((i + 1) * HashSlot.Count / Shards) - 1,
            new Shard(CreateNode(i, settings), []))));
    }

    [Benchmark]
    public object? LookUpSlot() => _map.PrimaryOf(12345);

    [Benchmark]
    public object? HashAndLookUp() => _map.PrimaryOf(HashSlot.Of(_key));

    private static ClusterNode CreateNode(int i, ConnectionSettings settings) =>
        new(new NodeConnection(new RedisEndpoint("127.0.0.1", 10_000 + i), settings, new NoRecovery()), id: null, hostName: null, isReplica: false);

    private sealed class NoRecovery : IRequestRecovery
    {
        public bool TryRecoverFromError(PendingRequest request, in ErrorReply error, INodeChannel source) => false;

        public bool TryRecoverFromLoss(PendingRequest request, in Loss loss, INodeChannel source) => false;
    }
}
