using TypedRedis.Connections;
using TypedRedis.Protocol;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Fairness;

/// <summary>Clients of a process share the threads that read; what the callers of one do there does not stop those of another.</summary>
[Collection(AloneCollection.Name)]
public sealed class SharedLoopTests(SingleServerFixture fixture) : IClassFixture<SingleServerFixture>
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    // With one more client than there are loops, at least two share one.
    private static readonly int s_clients = Math.Clamp(Environment.ProcessorCount / 4, 1, 8) + 1;

    private readonly RedisServerProcess _server = fixture.Server;

    [Fact]
    public async Task Blocked_caller_of_one_client_does_not_stop_the_callers_of_others()
    {
        var clients = new List<RedisServer>();
        using var release = new ManualResetEventSlim();
        Task? blocking = null;
        try
        {
            for (int i = 0; i < s_clients; i++)
            {
                clients.Add(await ConnectAsync());
            }

            var blocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            blocking = Task.Run(() => BlockAsync(clients[0], blocked, release));
            await blocked.Task.WaitAsync(s_limit);
            foreach (RedisServer other in clients)
            {
                Assert.Equal("PONG", await PingAsync(other).WaitAsync(s_limit));
            }

            Assert.False(blocking.IsCompleted);
        }
        finally
        {
            release.Set();
            await (blocking ?? Task.CompletedTask).WaitAsync(s_limit);
            foreach (RedisServer client in clients)
            {
                await client.DisposeAsync();
            }
        }
    }

    [Fact]
    public async Task Client_may_be_disposed_by_a_caller_that_waits_for_it_where_replies_are_read()
    {
        await using RedisServer other = await ConnectAsync();
        RedisServer client = await ConnectAsync();
        Task disposing = Task.Run(async () =>
        {
            await ContinueOnLoopAsync(client).ConfigureAwait(false);
            client.DisposeAsync().AsTask().GetAwaiter().GetResult();
        });

        await disposing.WaitAsync(s_limit);
        Assert.Equal("PONG", await PingAsync(other).WaitAsync(s_limit));
    }

    [Fact]
    public async Task Connections_come_and_go_beside_one_that_stays()
    {
        await using RedisServer staying = await ConnectAsync();
        for (int i = 0; i < 100; i++)
        {
            await using RedisServer passing = await ConnectAsync();
            Task<string> first = PingAsync(passing);
            Task<string> second = PingAsync(staying);
            Assert.Equal("PONG", await first.WaitAsync(s_limit));
            Assert.Equal("PONG", await second.WaitAsync(s_limit));
        }
    }

    private static async Task BlockAsync(RedisServer client, TaskCompletionSource blocked, ManualResetEventSlim release)
    {
        await ContinueOnLoopAsync(client).ConfigureAwait(false);
        blocked.SetResult();
        Assert.True(release.Wait(s_limit), "nobody ended the test");
    }

    // A reply that is there before it is awaited leaves the caller where it is.
    private static async ValueTask ContinueOnLoopAsync(RedisServer client)
    {
        for (int i = 0; LoopThread.Current is null; i++)
        {
            Assert.True(i < 10_000, "the caller never continued where replies are read");
            _ = await client.ExecuteAsync(new RawCommand("PING"), Reply.String).ConfigureAwait(false);
        }
    }

    private static Task<string> PingAsync(RedisServer client) => client.ExecuteAsync(new RawCommand("PING"), Reply.String).AsTask();

    private Task<RedisServer> ConnectAsync() => RedisServer.ConnectAsync($"redis://127.0.0.1:{_server.Port}?socket_timeout=60");
}
