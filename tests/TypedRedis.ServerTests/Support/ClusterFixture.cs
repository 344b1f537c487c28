using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

/// <summary>
/// One cluster of Redis 7.0 with 3 primaries, 3 replicas and 1 spare primary, started once for all tests of the collection.
/// A test class takes it with <c>[Collection(ClusterCollection.Name)]</c> and a constructor parameter. Tests there run one
/// after another. A test uses keys nobody else uses (or calls <see cref="RedisClusterProcess.FlushAsync"/> first) and leaves the
/// cluster as healthy as it found it: slots moved back, killed nodes restored. Which node is primary of what may change.
/// </summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private RedisClusterProcess? _cluster;

    public RedisClusterProcess Cluster => _cluster ?? throw new InvalidOperationException("The cluster has not been started.");

    public async Task InitializeAsync() => _cluster = await RedisClusterProcess.StartAsync(new() { Spares = 1 });

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
