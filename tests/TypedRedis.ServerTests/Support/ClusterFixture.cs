using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

/// <summary>
/// One cluster of Redis 7.0 with 3 primaries, 3 replicas and 1 spare primary, started once for all tests of the collection.
/// Test classes get it by deriving from <see cref="SharedClusterTests"/>. Tests there run one after another. A test uses keys nobody else uses (or calls
/// <see cref="RedisClusterProcess.FlushAsync"/> first). What it does to the cluster is undone after it. Which node is primary of what may change.
/// </summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private RedisClusterProcess? _cluster;

    public RedisClusterProcess Cluster => _cluster ?? throw new InvalidOperationException("The cluster has not been started.");

    public async Task InitializeAsync() => _cluster = await RedisClusterProcess.StartAsync(new() { Spares = 1 });

    /// <summary>Undoes what a test has done to the cluster. Where that fails, the test is to blame, and the next one gets a new cluster.</summary>
    public async Task RestoreAsync()
    {
        try
        {
            await Cluster.RestoreAsync();
        }
        catch (Exception cause)
        {
            await DisposeAsync();
            await InitializeAsync();
            throw new InvalidOperationException("The test left the cluster in a state from which it could not be restored; a new one was started.", cause);
        }
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }
}

[CollectionDefinition(Name)]
public sealed class ClusterCollection : ICollectionFixture<ClusterFixture>
{
    public const string Name = "Shared cluster";
}
