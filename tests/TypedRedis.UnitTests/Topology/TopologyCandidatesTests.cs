using TypedRedis.Connections;
using TypedRedis.Nodes;
using TypedRedis.Routing;
using TypedRedis.Topology;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Routing;

namespace TypedRedis.UnitTests.Topology;

public sealed class TopologyCandidatesTests : IAsyncDisposable
{
    private static readonly RedisEndpoint[] s_seeds = [new("seed", 1), new("seed", 2), new("node", 1), new("seed", 1)];

    private readonly ManualTimeProvider _time = new();
    private readonly MemoryNetwork _network = new();
    private readonly Clock _clock;
    private readonly NodePool _pool;

    public TopologyCandidatesTests()
    {
        _clock = new Clock(_time);
        _pool = new NodePool(new ConnectionSettings { Dialer = _network, Resolver = _network, Clock = _clock, ConnectTimeout = Timeout.InfiniteTimeSpan }, NoRecovery.Instance);
    }

    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    [Fact]
    public async Task Three_connected_nodes_come_first_then_the_seeds_then_all_others_each_once()
    {
        SlotMap map = Map(6);
        foreach (ClusterNode node in map.Nodes.All[..5])
        {
            await ConnectAsync(node);
        }

        HashSet<string> first = [];
        for (int seed = 0; seed < 50; seed++)
        {
            RedisEndpoint[] chosen = Choose(map, dynamic: true, seed);
            Assert.Equal(8, chosen.Distinct().Count());
            Assert.Equal(8, chosen.Length);
            Assert.All(chosen[..3], endpoint => Assert.Contains(map.Nodes.All[..5], node => node.Endpoint == endpoint));
            int seeds = Array.FindLastIndex(chosen, endpoint => endpoint.Host == "seed");
            Assert.InRange(seeds, 4, 5);
            first.Add(chosen[0].ToString());
        }

        Assert.Equal(5, first.Count);
    }

    [Fact]
    public async Task Node_that_has_owed_an_answer_for_a_second_is_the_last_though_it_is_a_seed()
    {
        SlotMap map = Map(2);
        foreach (ClusterNode node in map.Nodes.All)
        {
            MemoryTransport server = await ConnectAsync(node);
            if (node == map.Nodes.All[0])
            {
                node.Connection.Probe();
                await server.ReadCommandAsync();
            }
        }

        PassTime(0);
        PassTime(999);
        Assert.Equal(["node:1", "node:2"], Choose(map, dynamic: true, 1)[..2].Select(endpoint => endpoint.ToString()).Order());
        PassTime(1);
        for (int seed = 0; seed < 20; seed++)
        {
            RedisEndpoint[] chosen = Choose(map, dynamic: true, seed);
            Assert.Equal("node:2", chosen[0].ToString());
            Assert.Equal("node:1", chosen[^1].ToString());
        }
    }

    [Fact]
    public async Task Without_dynamic_nodes_only_the_seeds_are_asked_in_any_order()
    {
        SlotMap map = Map(3);
        await ConnectAsync(map.Nodes.All[1]);
        HashSet<string> orders = [];
        for (int seed = 0; seed < 50; seed++)
        {
            RedisEndpoint[] chosen = Choose(map, dynamic: false, seed);
            Assert.Equal(["node:1", "seed:1", "seed:2"], chosen.Select(endpoint => endpoint.ToString()).Order());
            orders.Add(string.Join(' ', chosen.Select(endpoint => endpoint.ToString())));
        }

        Assert.Equal(6, orders.Count);
    }

    [Fact]
    public void Those_that_know_more_come_first_in_their_order_and_without_dynamic_nodes_if_they_are_seeds()
    {
        SlotMap map = Map(3);
        for (int seed = 0; seed < 20; seed++)
        {
            Assert.Equal(["node:3", "seed:2"], Choose(map, dynamic: true, seed, new("node", 3), new("seed", 2))[..2].Select(endpoint => endpoint.ToString()));
            RedisEndpoint[] chosen = Choose(map, dynamic: false, seed, new("node", 3), new("seed", 2));
            Assert.Equal("seed:2", chosen[0].ToString());
            Assert.Equal(["node:1", "seed:1", "seed:2"], chosen.Select(endpoint => endpoint.ToString()).Order());
        }
    }

    private void PassTime(int milliseconds)
    {
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
        _pool.TimeOut(_clock.Now);
    }

    private SlotMap Map(int nodes) => SlotMap.Create(Enumerable.Range(1, nodes).Select(port => new SlotAssignment(
        port, port, new Shard(new ClusterNode(_pool.Get(new("node", port)), null, null, isReplica: false), []))));

    private async Task<MemoryTransport> ConnectAsync(ClusterNode node)
    {
        Task connecting = node.Connection.ConnectAsync(CancellationToken.None);
        MemoryTransport server = await _network.AcceptAsync();
        await server.AcceptHandshakeAsync();
        await connecting.InTime();
        return server;
    }

    private RedisEndpoint[] Choose(SlotMap map, bool dynamic, int seed, params RedisEndpoint[] informed) => TopologyCandidates.Choose(
        new RedisOptions { Endpoints = s_seeds, DynamicStartupNodes = dynamic, Random = new Random(seed) }, map, _clock.Now, silence: 1_000, informed);
}
