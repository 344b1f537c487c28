using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

[Collection(ClusterCollection.Name)]
public sealed class ConnectionLossTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A69")]
    public async Task Connection_killed_by_the_server_comes_back_with_its_name()
    {
        const int Slot = 3000;
        string key = HashSlots.KeyForSlot(Slot, ":a69");
        await using RedisCluster client = await RedisCluster.ConnectAsync(
            new RedisOptions { Endpoints = [new("127.0.0.1", _cluster.Nodes[0].Port)], ClientName = "a69" });
        ClusterNodeProcess server = await _cluster.PrimaryOfAsync(Slot);
        Assert.True(client.SetDefaultNode(client.GetNode(key)));
        for (int i = 0; i < 5; i++)
        {
            await client.SetAsync(key, $"{i}");
            long id = await client.ClientIdAsync();
            await server.CallAsync("CLIENT", "KILL", "ID", id);
            await client.SetAsync(key, $"{i}+");
            Assert.Equal($"{i}+", await client.GetAsync(key));
            Assert.NotEqual(id, await client.ClientIdAsync());
            Assert.Contains(" name=a69 ", (await server.CallAsync("CLIENT", "LIST")).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Spec", "A69")]
    public async Task Callers_do_not_notice_when_connections_are_killed_again_and_again()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
        using var stop = new CancellationTokenSource();
        int done = 0;
        Task[] callers = [.. Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                string key = HashSlots.KeyForSlot((caller * 1000) + 7, ":kill");
                await client.SetAsync(key, $"{i}");
                Assert.Equal($"{i}", await client.GetAsync(key));
                Interlocked.Increment(ref done);
            }
        }))];
        for (int round = 0; round < 10; round++)
        {
            int before = Volatile.Read(ref done);
            await Task.WhenAll((await _cluster.PrimariesAsync()).Select(node => node.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")));
            await Eventually.TrueAsync(() => Volatile.Read(ref done) >= before + 100 || callers.Any(caller => caller.IsFaulted), description: "callers to go on");
        }

        await stop.CancelAsync();
        await Task.WhenAll(callers);
    }

    [Fact]
    [Trait("Spec", "A72")]
    public async Task Cancelled_call_leaves_its_connection_in_use()
    {
        const int Slot = 3001;
        string key = HashSlots.KeyForSlot(Slot, ":a72");
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
        await client.SetAsync(key, "v");
        Assert.True(client.SetDefaultNode(client.GetNode(key)));
        long id = await client.ClientIdAsync();
        ClusterNodeProcess server = await _cluster.PrimaryOfAsync(Slot);
        await server.CallAsync("CLIENT", "PAUSE", 60_000, "WRITE");
        try
        {
            using var cancel = new CancellationTokenSource();
            Task cancelled = client.SetAsync(key, "cancelled", Deadline.None, cancel.Token).AsTask();
            Task timedOut = client.SetAsync(key, "too late", Deadline.After(TimeSpan.FromMilliseconds(50))).AsTask();
            await Assert.ThrowsAsync<RedisTimeoutException>(() => timedOut);
            Assert.False(cancelled.IsCompleted);
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        }
        finally
        {
            await server.CallAsync("CLIENT", "UNPAUSE");
        }

        // Both were sent; the replies nobody waits for must not reach others.
        Assert.Equal("too late", await client.GetAsync(key));
        Assert.Equal(id, await client.ClientIdAsync());
    }
}
