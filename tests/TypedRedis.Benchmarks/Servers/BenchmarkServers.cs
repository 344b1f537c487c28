using System.Net;
using TypedRedis.Benchmarks.Cases;
using TypedRedis.Benchmarks.Peers;
using TypedRedis.Benchmarks.Running;
using TypedRedis.TestSupport;

namespace TypedRedis.Benchmarks.Servers;

/// <summary>The servers that are measured against, on this machine, and the clients connected to them.</summary>
internal sealed class BenchmarkServers : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly List<ClientUnderTest> _clients = [];

    private readonly bool _withPeer;

    private BenchmarkServers(RedisServerProcess single, bool withPeer)
    {
        _withPeer = withPeer;
        Single = single.EndPoint;
        Raw = [.. CaseCatalog.Raw(new RawLoops(single.EndPoint), ServerCpu.Of([single]))];
    }

    /// <summary>Where the single server listens.</summary>
    public IPEndPoint Single { get; }

    /// <summary>What sockets alone do with the servers.</summary>
    public IReadOnlyList<BenchmarkCase> Raw { get; private set; }

    /// <summary>The clients, ours before its peer for each kind of server.</summary>
    public IReadOnlyList<ClientUnderTest> Clients => _clients;

    /// <summary>Starts what is needed and fills it with data.</summary>
    /// <param name="kinds">The kinds of server that clients are measured against; the reference always needs a single one.</param>
    /// <param name="withPeer">Whether to connect the other client that ours is compared with.</param>
    public static async Task<BenchmarkServers> StartAsync(IReadOnlyCollection<ServerKind> kinds, bool withPeer)
    {
        RedisServerProcess single = await RedisServerProcess.StartAsync();
        var servers = new BenchmarkServers(single, withPeer);
        servers._owned.Push(single);
        try
        {
            await servers.AddSingleAsync(single, isMeasured: kinds.Contains(ServerKind.Single));
            if (kinds.Contains(ServerKind.Cluster))
            {
                await servers.AddClusterAsync();
            }

            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>Closes the clients and ends the servers.</summary>
    public async ValueTask DisposeAsync()
    {
        while (_owned.TryPop(out IAsyncDisposable? owned))
        {
            await owned.DisposeAsync();
        }
    }

    private async Task AddSingleAsync(RedisServerProcess process, bool isMeasured)
    {
        RedisServer client = await RedisServer.ConnectAsync($"redis://{process.Address}");
        _owned.Push(client);
        var keyspace = new Keyspace(client);
        await keyspace.FillAsync();
        if (isMeasured)
        {
            _clients.Add(new(ServerKind.Single, new ClientLoops(IBenchmarkCommands.Create(client)), keyspace) 
            {
                ReadTraffic = client.ReadTraffic,
                ReadServerCpu = ServerCpu.Of([process]),
            });
            await AddPeerAsync(ServerKind.Single, keyspace, [process]);
        }
    }

    private async Task AddClusterAsync()
    {
        RedisClusterProcess process = await RedisClusterProcess.StartAsync(new() { Primaries = 3, ReplicasPerPrimary = 0 });
        _owned.Push(process);
        RedisCluster client = await RedisCluster.ConnectAsync($"redis://{process.Nodes[0].Address}");
        _owned.Push(client);
        var keyspace = new Keyspace(client);
        await keyspace.FillAsync();
        RedisServerProcess[] nodes = [.. process.Nodes.Select(node => node.Server)];
        _clients.Add(new(ServerKind.Cluster, new ClientLoops(IBenchmarkCommands.Create(client)), keyspace)
        {
            ReadTraffic = client.ReadTraffic,
            ReadServerCpu = ServerCpu.Of(nodes),
        });
        await AddPeerAsync(ServerKind.Cluster, keyspace, nodes);
        ClusterView view = await process.ViewAsync();
        var raw = new RawClusterLoop([.. process.Nodes.Select(node => (node.EndPoint, HasSlot(view, node.Id)))]);
        Raw = [.. Raw, .. CaseCatalog.RawCluster(raw, ServerCpu.Of(nodes))];
    }

    private static Func<int, bool> HasSlot(ClusterView view, string id)
    {
        IReadOnlyList<SlotRange> slots = view.Find(id)!.Slots;
        return slot => slots.Any(range => range.Contains(slot));
    }

    private async Task AddPeerAsync(ServerKind kind, Keyspace keyspace, IReadOnlyList<RedisServerProcess> processes)
    {
        if (!_withPeer)
        {
            return;
        }

        StackExchangePeer peer = await StackExchangePeer.ConnectAsync([.. processes.Select(process => process.EndPoint)]);
        _owned.Push(peer);
        _clients.Add(new(kind, peer, keyspace) { IsPeer = true, ReadServerCpu = ServerCpu.Of(processes) });
    }
}
