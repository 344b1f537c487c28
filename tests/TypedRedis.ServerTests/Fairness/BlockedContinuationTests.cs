using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Fairness;

/// <summary>
/// What a caller does once it has its reply, such as blocking the thread it was given, is its own business: replies that came with its own,
/// and later ones, reach the others.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class BlockedContinuationTests(SingleServerFixture fixture) : IClassFixture<SingleServerFixture>
{
    private const int Callers = 64;
    private const int AllThreads = -1;

    // While all of the pool's threads are blocked it adds about one or two a second.
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly RedisServerProcess _server = fixture.Server;

    /// <summary>Where a caller blocks its thread after its reply.</summary>
    public enum Blocking
    {
        AtOnce,
        AfterItsNextCall,
        AfterSynchronousCalls,
    }

    public static TheoryData<Blocking, int, int> Blockings()
    {
        var data = new TheoryData<Blocking, int, int>();
        foreach (Blocking blocking in Enum.GetValues<Blocking>())
        {
            data.Add(blocking, 0, 1);
            data.Add(blocking, Callers / 2, 1);
            data.Add(blocking, Callers - 1, 1);
            data.Add(blocking, 0, Environment.ProcessorCount + 1);
        }

        data.Add(Blocking.AtOnce, 0, AllThreads);

        return data;
    }

    [Theory]
    [MemberData(nameof(Blockings))]
    public async Task Blocked_callers_do_not_keep_others_from_completing(Blocking blocking, int first, int count)
    {
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{_server.Port}?socket_timeout=60");
        Neighbours callers = await Neighbours.CreateAsync(client, "blocked", Callers);
        long before = CommandsOf(client);
        if (count == AllThreads)
        {
            // The pool must add threads before anybody can go on. Of a pool that has very many already this would take too long.
            count = Math.Min(ThreadPool.ThreadCount, 15) + 1;
        }

        using var blocked = new CountdownEvent(count);
        using var release = new ManualResetEventSlim();
        var nextCalls = new Task[count];
        Task[] all;
        try
        {
            // All wait for replies when the server goes on, so that these come together.
            _server.Suspend();
            try
            {
                // On the pool: a test has a synchronisation context, which would take the continuations away.
                all = await Task.Run<Task[]>(() =>
                    [.. Enumerable.Range(0, Callers).Select(i => i >= first && i < first + count ? BlockAsync(i) : callers.CallAsync(i, times: 20))]);
                await Eventually.TrueAsync(() => CommandsOf(client) == before + Callers, description: "all calls to be made");
            }
            finally
            {
                _server.Resume();
            }

            await Task.WhenAll(all.Where((_, i) => i < first || i >= first + count)).WaitAsync(s_limit);
            await Eventually.TrueAsync(() => blocked.IsSet, s_limit, "the callers to block");
            await Task.WhenAll(nextCalls).WaitAsync(s_limit);
            Assert.All(all.Skip(first).Take(count), task => Assert.False(task.IsCompleted));
        }
        finally
        {
            release.Set();
        }

        await Task.WhenAll(all).WaitAsync(s_limit);

        async Task BlockAsync(int caller)
        {
            byte[] buffer = new byte[Neighbours.ValueLength];
            callers.Check(caller, buffer, await callers.GetAsync(caller, buffer).ConfigureAwait(false));
            for (int i = 0; i < 5 && blocking == Blocking.AfterSynchronousCalls; i++)
            {
                callers.Check(caller, buffer, callers.GetAsync(caller, buffer).AsTask().GetAwaiter().GetResult());
            }

            nextCalls[caller - first] = blocking == Blocking.AfterItsNextCall ? callers.CallAsync(caller, times: 1) : Task.CompletedTask;
            blocked.Signal();
            Assert.True(release.Wait(s_limit), "nobody ended the test");
        }
    }

    private static long CommandsOf(RedisServer client) => Assert.Single(client.GetConnectionStatistics()).Commands;
}
