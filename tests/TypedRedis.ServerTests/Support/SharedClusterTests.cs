using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

/// <summary>
/// Tests of the shared cluster. After each of them, red or green, the cluster is restored, so that no test sees what another has left. Classes that derive
/// from it also carry <c>[Collection(ClusterCollection.Name)]</c>.
/// </summary>
public abstract class SharedClusterTests(ClusterFixture fixture) : IAsyncLifetime
{
    protected RedisClusterProcess Cluster { get; } = fixture.Cluster;

    public Task InitializeAsync() => SetUpAsync();

    public async Task DisposeAsync()
    {
        try
        {
            await TearDownAsync();
        }
        finally
        {
            await fixture.RestoreAsync();
        }
    }

    /// <summary>Before each test.</summary>
    protected virtual Task SetUpAsync() => Task.CompletedTask;

    /// <summary>After each test, and before the cluster is restored.</summary>
    protected virtual Task TearDownAsync() => Task.CompletedTask;
}
