using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Pipelines;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Watch;

/// <summary>What <see cref="RedisWatch.RunAsync"/> does again, and what it must not.</summary>
public sealed class WatchRepetitionTests : IAsyncLifetime
{
    private RedisServerProcess _server = null!;

    public async Task InitializeAsync() => _server = await RedisServerProcess.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Connection_lost_after_the_transaction_repeats_nothing()
    {
        await using RedisServer client = await ConnectAsync();
        int attempts = 0;
        var error = await Assert.ThrowsAsync<RedisConnectionException>(async () => await RedisWatch.RunAsync(client, ["n"], async watch =>
        {
            attempts++;
            IPipelined watched = IPipelined.Create(watch);
            long id = await watch.ClientIdAsync();
            await watched.TransactionAsync(t => t.Incr("n"));
            await client.ExecuteAsync(new RawCommand("CLIENT", "KILL", "ID").Argument(id));
            return await watched.GetAsync("n");
        }));
        Assert.Contains("after something was written", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, attempts);
        Assert.Equal("1", await client.GetAsync("n"));
    }

    [Fact]
    public async Task Connection_lost_after_a_write_repeats_nothing()
    {
        await using RedisServer client = await ConnectAsync();
        int attempts = 0;
        await Assert.ThrowsAsync<RedisConnectionException>(async () => await RedisWatch.RunAsync(client, ["n"], async watch =>
        {
            attempts++;
            long id = await watch.ClientIdAsync();
            await watch.IncrAsync("m");
            await client.ExecuteAsync(new RawCommand("CLIENT", "KILL", "ID").Argument(id));
            return await watch.GetAsync("n");
        }));
        Assert.Equal(1, attempts);
        Assert.Equal("1", await client.GetAsync("m"));
    }

    [Fact]
    public async Task Watched_key_that_changes_after_a_write_repeats_nothing()
    {
        await using RedisServer client = await ConnectAsync();
        int attempts = 0;
        await Assert.ThrowsAsync<RedisWatchException>(async () => await RedisWatch.RunAsync(client, ["n"], async watch =>
        {
            attempts++;
            await watch.IncrAsync("m");
            await client.SetAsync("n", "changed");
            return await IPipelined.Create(watch).TransactionAsync(t => t.Set("n", "mine"));
        }));
        Assert.Equal(1, attempts);
        Assert.Equal("changed", await client.GetAsync("n"));
        Assert.Equal("1", await client.GetAsync("m"));
    }

    [Fact]
    public async Task Connection_lost_before_anything_was_written_is_tried_again()
    {
        await using RedisServer client = await ConnectAsync();
        int attempts = 0;
        Assert.Equal(1, await RedisWatch.RunAsync(client, ["n"], async watch =>
        {
            IPipelined watched = IPipelined.Create(watch);
            await watched.GetAsync("n");
            if (++attempts == 1)
            {
                await client.ExecuteAsync(new RawCommand("CLIENT", "KILL", "ID").Argument(await watch.ClientIdAsync()));
            }

            return await watched.TransactionAsync(t => t.Incr("n"));
        }));
        Assert.Equal(2, attempts);
    }

    [Fact]
    public async Task Connection_lost_with_exec_leaves_the_outcome_open()
    {
        await using var server = ScriptedServer.Start(request => request.Is("WATCH") || request.Is("MULTI") ? ScriptedReply.Ok
            : request.Is("INCR") ? ScriptedReply.Simple("QUEUED")
            : request.Is("EXEC") ? ScriptedReply.Close
            : null);
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{server.Port}");
        int attempts = 0;
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(async () => await RedisWatch.RunAsync(client, ["n"], async watch =>
        {
            attempts++;
            return await IPipelined.Create(watch).TransactionAsync(t => t.Incr("n"));
        }));
        Assert.Equal(1, attempts);
        Assert.Equal(1, server.Requests.Count(request => request.Is("EXEC")));
    }

    [Fact]
    public async Task Second_transaction_of_a_watch_is_refused()
    {
        await using RedisServer client = await ConnectAsync();
        await using RedisWatch watch = await RedisWatch.StartAsync(client, ["n"]);
        IPipelined watched = IPipelined.Create(watch);
        Assert.Equal(1, await watched.TransactionAsync(t => t.Incr("n")));
        await client.SetAsync("n", "10");
        var error = await Assert.ThrowsAsync<InvalidOperationException>(async () => await watched.TransactionAsync(t => t.Incr("n")));
        Assert.Contains("one transaction", error.Message, StringComparison.Ordinal);
        Assert.Equal("10", await watched.GetAsync("n"));
    }

    [Fact]
    public async Task Callers_that_block_their_only_thread_are_not_waited_for()
    {
        await using RedisServer client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        await redis.SetAsync("n", "0");
        const int Rounds = 1_000;
        int withContext = 0;
        int done = 0;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new NeverPumped());
            try
            {
                for (; done < Rounds; done++)
                {
                    RedisWatch.RunAsync(client, ["n"], async watch =>
                    {
                        withContext += SynchronizationContext.Current is null ? 0 : 1;
                        IPipelined watched = IPipelined.Create(watch);
                        _ = await watched.GetAsync("n");
                        return await watched.TransactionAsync(t => t.Incr("n"));
                    }).AsTask().GetAwaiter().GetResult();
                }
            }
            catch (Exception cause)
            {
                failure = cause;
            }
        })
        {
            IsBackground = true,
        };
        thread.Start();
        await Eventually.TrueAsync(() => !thread.IsAlive, TimeSpan.FromSeconds(60), "the rounds to end");
        Assert.Null(failure);
        Assert.Equal(Rounds, done);
        Assert.Equal(0, withContext);
        Assert.Equal("1000", await redis.GetAsync("n"));
    }

    private Task<RedisServer> ConnectAsync() => RedisServer.ConnectAsync($"redis://127.0.0.1:{_server.Port}");

    // The context of a thread that blocks: what is posted is never run.
    private sealed class NeverPumped : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }

        public override SynchronizationContext CreateCopy() => this;
    }
}
