using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Support;

/// <summary>
/// One Redis 7.0 server, started once for all tests of the collection. A test class takes it with
/// <c>[Collection(SingleServerCollection.Name)]</c> and a constructor parameter. Tests there run one after another; they use
/// keys nobody else uses, or flush first.
/// </summary>
public sealed class SingleServerFixture : IAsyncLifetime
{
    private RedisServerProcess? _server;

    public RedisServerProcess Server => _server ?? throw new InvalidOperationException("The server has not been started.");

    public async Task InitializeAsync() => _server = await RedisServerProcess.StartAsync(new() { UnixSocket = true });

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}

[CollectionDefinition(Name)]
public sealed class SingleServerCollection : ICollectionFixture<SingleServerFixture>
{
    public const string Name = "Shared server";
}
