using System.Collections.Concurrent;
using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Fairness;

public sealed class CancelledCallsTests(SingleServerFixture fixture) : IClassFixture<SingleServerFixture>
{
    private const int Wanted = 10_000;
    private const byte Untouched = 0xEE;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Ten_thousand_calls_cancelled_in_flight_neither_lose_nor_cross_replies()
    {
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{fixture.Server.Port}?socket_timeout=60");
        Neighbours steady = await Neighbours.CreateAsync(client, "steady", 64);
        Neighbours impatient = await Neighbours.CreateAsync(client, "impatient", 16);
        long id = await client.ClientIdAsync();
        using var stop = new CancellationTokenSource();
        Task[] steadyCalls = steady.CallUntil(stop.Token);
        ConcurrentQueue<byte[]> ofCancelled = [];

        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(() => CallAndCancelAsync(impatient, caller, ofCancelled)))).WaitAsync(s_limit);

        await stop.CancelAsync();
        await Task.WhenAll(steadyCalls).WaitAsync(s_limit);
        Assert.All(steady.Calls, calls => Assert.True(calls > 0, "a caller that cancelled nothing got no reply"));
        // Replies to cancelled calls come too, and go nowhere.
        await Eventually.TrueAsync(
            () => Assert.Single(client.GetConnectionStatistics()) is var counts && counts.Commands == counts.Replies, description: "a reply to every command");
        Assert.All(ofCancelled, buffer => Assert.False(buffer.AsSpan().ContainsAnyExcept(Untouched), "the buffer of a cancelled call was written to"));
        Assert.Equal(id, await client.ClientIdAsync());
    }

    // Batches of calls, cancelled together while some of them are in flight; the next batch follows at once and reuses what is pooled.
    private static async Task CallAndCancelAsync(Neighbours callers, int caller, ConcurrentQueue<byte[]> ofCancelled)
    {
        var random = new Random(caller);
        while (ofCancelled.Count < Wanted)
        {
            using var cancellation = new CancellationTokenSource();
            byte[][] buffers = [.. Enumerable.Range(0, random.Next(1, 50)).Select(_ => NewBuffer())];
            Task<int>[] calls = Array.ConvertAll(buffers, buffer => callers.GetAsync(caller, buffer, cancellation.Token).AsTask());
            if (random.Next(2) == 0)
            {
                // The first half has its replies by then; those of the second half are on their way.
                await calls[calls.Length / 2].ConfigureAwait(false);
            }

            await cancellation.CancelAsync().ConfigureAwait(false);
            for (int i = 0; i < calls.Length; i++)
            {
                try
                {
                    callers.Check(caller, buffers[i], await calls[i].ConfigureAwait(false));
                }
                catch (OperationCanceledException)
                {
                    ofCancelled.Enqueue(buffers[i]);
                }
            }
        }
    }

    private static byte[] NewBuffer()
    {
        byte[] buffer = new byte[Neighbours.ValueLength];
        Array.Fill(buffer, Untouched);
        return buffer;
    }
}
