using System.Diagnostics;
using TypedRedis.Connections;
using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Fairness;

/// <summary>A thread that was held up by a caller comes back while its successor runs, with traffic going on all the time.</summary>
[Collection(AloneCollection.Name)]
public sealed class LateThreadTests(SingleServerFixture fixture) : IClassFixture<SingleServerFixture>
{
    private const int Callers = 8;
    private const int Rounds = 2;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(20);

    // Less than a thread is given before it is replaced.
    private static readonly TimeSpan s_shortTurn = TimeSpan.FromMilliseconds(10);

    private readonly RedisServerProcess _server = fixture.Server;

    [Fact]
    public async Task Thread_that_comes_back_late_leaves_the_next_one_watched()
    {
        await using RedisServer other = await ConnectAsync();
        Neighbours traffic = await Neighbours.CreateAsync(other, "late", Callers);
        using var isOver = new CancellationTokenSource();
        Task[] calling = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            while (!isOver.IsCancellationRequested)
            {
                await traffic.CallAsync(caller, times: 100).WaitAsync(s_limit).ConfigureAwait(false);
            }
        }))];
        try
        {
            for (int round = 0; round < Rounds; round++)
            {
                await ComeBackLateAsync();

                // Whoever runs the loop now is replaced when it is held up.
                using var release = new ManualResetEventSlim();
                (Task third, Task held) = Block(release);
                await held.WaitAsync(s_limit);
                try
                {
                    long[] before = traffic.Calls;
                    await Eventually.TrueAsync(() => traffic.Calls.Zip(before, (now, then) => now > then).All(hasGoneOn => hasGoneOn), s_limit, "the others to go on");
                    Assert.Equal("PONG", await other.PingAsync().AsTask().WaitAsync(s_limit));
                }
                finally
                {
                    release.Set();
                }

                await third.WaitAsync(s_limit);
            }
        }
        finally
        {
            await isOver.CancelAsync();
        }

        await Task.WhenAll(calling).WaitAsync(s_limit);
    }

    // A caller blocks one thread of the loop, and is let go in the middle of a short turn of the next one.
    private async Task ComeBackLateAsync()
    {
        using var release = new ManualResetEventSlim();
        (Task first, Task held) = Block(release);
        await held.WaitAsync(s_limit);
        Task second = Task.Run(async () =>
        {
            await using RedisServer client = await ContinueOnLoopAsync().ConfigureAwait(false);
            long start = Stopwatch.GetTimestamp();
            release.Set();
            SpinWait.SpinUntil(() => first.IsCompleted, s_shortTurn);
            while (Stopwatch.GetElapsedTime(start) < s_shortTurn)
            {
                Thread.SpinWait(100);
            }
        });
        await Task.WhenAll(first, second).WaitAsync(s_limit);
    }

    private (Task Caller, Task Held) Block(ManualResetEventSlim release)
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task caller = Task.Run(async () =>
        {
            await using RedisServer client = await ContinueOnLoopAsync().ConfigureAwait(false);
            held.SetResult();
            Assert.True(release.Wait(s_limit * 2), "nobody ended the test");
        });
        return (caller, held.Task);
    }

    // Comes back on the thread that reads replies. A connection whose callers took long, if only because the processor was busy, keeps to the pool for
    // a second or more, so another connection takes its place.
    private async Task<RedisServer> ContinueOnLoopAsync()
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            RedisServer client = await ConnectAsync().ConfigureAwait(false);
            for (int turn = 0; turn < 10; turn++)
            {
                await client.PingAsync().ConfigureAwait(false);
                if (LoopThread.Current is not null)
                {
                    return client;
                }
            }

            await client.DisposeAsync().ConfigureAwait(false);
            Assert.True(Stopwatch.GetElapsedTime(start) < s_limit, "no caller continued where replies are read");
        }
    }

    private Task<RedisServer> ConnectAsync() => RedisServer.ConnectAsync($"redis://127.0.0.1:{_server.Port}?socket_timeout=60");
}
