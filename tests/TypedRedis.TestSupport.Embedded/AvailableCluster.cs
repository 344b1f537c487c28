namespace TypedRedis.TestSupport.Embedded;

/// <summary>
/// A cluster to show something with, whatever this machine has. In this order: Redis or Valkey, 3 primaries and 3 replicas; the cluster
/// that the environment variable <c>TYPEDREDIS_CLUSTER</c> names; 3 embedded Garnet servers.
/// </summary>
public sealed class AvailableCluster : IAsyncDisposable
{
    /// <summary>The environment variable with the address of a cluster: <c>redis://host:port</c>. What runs there may overwrite its keys.</summary>
    public const string AddressVariable = "TYPEDREDIS_CLUSTER";

    private readonly IAsyncDisposable? _owned;

    private AvailableCluster(string uri, string description, IAsyncDisposable? owned)
    {
        Uri = uri;
        Description = description;
        _owned = owned;
    }

    /// <summary>What a client connects to.</summary>
    public string Uri { get; }

    /// <summary>What kind of cluster it is, in words.</summary>
    public string Description { get; }

    /// <summary>The cluster's processes, which may be killed; null if it is not made of processes that were started here.</summary>
    public RedisClusterProcess? Processes => _owned as RedisClusterProcess;

    /// <summary>Starts the best cluster that can be had.</summary>
    public static async Task<AvailableCluster> StartAsync()
    {
        if (ServerBinaries.Available() is [ServerBinary program, ..])
        {
            RedisClusterProcess processes = await RedisClusterProcess.StartAsync(new() { Server = program.Name }).ConfigureAwait(false);
            return new($"redis://127.0.0.1:{processes.Nodes[0].Port}", $"{program} with 3 primaries and 3 replicas", processes);
        }

        if (Environment.GetEnvironmentVariable(AddressVariable) is { Length: > 0 } uri)
        {
            return new(uri, $"the cluster that {AddressVariable} names", owned: null);
        }

        EmbeddedCluster embedded = await EmbeddedCluster.StartAsync().ConfigureAwait(false);
        return new(embedded.Nodes[0].Uri, "embedded Garnet with 3 primaries, for want of a real server", embedded);
    }

    /// <summary>Ends what was started.</summary>
    public ValueTask DisposeAsync() => _owned?.DisposeAsync() ?? ValueTask.CompletedTask;
}
