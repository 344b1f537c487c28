using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.SingleServer;

/// <summary>What a real server sends of its own accord, on the client's shared connection.</summary>
[Collection(SingleServerCollection.Name)]
public sealed class PushedTests(SingleServerFixture fixture)
{
    [Fact]
    public async Task Invalidations_that_another_connection_redirects_here_are_counted_and_no_reply_goes_astray()
    {
        RedisServerProcess server = fixture.Server;
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{server.Port}");
        await using RawConnection rig = await server.ConnectAsync();
        await rig.CallAsync("CLIENT", "TRACKING", "ON", "REDIRECT", await client.ClientIdAsync());
        for (int i = 0; i < 100; i++)
        {
            await rig.CallAsync("GET", $"pushed{i}");
        }

        Task<string?>[] calls = [.. Enumerable.Range(0, 100).Select(i => SetAndGetAsync(client, i))];
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"value{i}"), await Task.WhenAll(calls));
        await Eventually.TrueAsync(() => Assert.Single(client.GetConnectionStatistics()).UnhandledPushes == 100, description: "all invalidations");
        Assert.True(Assert.Single(client.GetConnectionStatistics()).IsConnected);
    }

    private static async Task<string?> SetAndGetAsync(RedisServer client, int i)
    {
        await client.SetAsync($"pushed{i}", $"value{i}");
        return await client.GetAsync($"pushed{i}");
    }
}
