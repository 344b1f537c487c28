using System.Globalization;
using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Fairness;

public sealed class UnresponsiveServerTests(SingleServerFixture fixture) : IClassFixture<SingleServerFixture>
{
    private const int Calls = 1000;
    private const int Limit = 1024 * 1024;

    // "*3\r\n$3\r\nSET\r\n$10\r\nstall:0000\r\n$16384\r\n…\r\n".
    private const int FrameLength = 13 + 17 + 8 + ValueLength + 2;
    private const int ValueLength = 16 * 1024;
    private const int Fitting = Limit / FrameLength;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly RedisServerProcess _server = fixture.Server;

    [Fact]
    public async Task Bytes_in_flight_stay_bounded_and_calls_that_wait_can_be_cancelled_or_go_on()
    {
        await using RedisServer client = await RedisServer.ConnectAsync(
            new RedisOptions { Endpoints = [new("127.0.0.1", _server.Port)], MaxInFlightBytes = Limit, CommandTimeout = s_limit });
        RedisConnectionStatistics before = Read(client);
        using var cancellation = new CancellationTokenSource();
        Task[] calls;
        _server.Suspend();
        try
        {
            calls = [.. Enumerable.Range(0, Calls).Select(i => client.SetAsync(Key(i), Value(i), default, IsCancelled(i) ? cancellation.Token : default).AsTask())];
            Assert.Equal(Fitting, Read(client).Commands - before.Commands);
            await cancellation.CancelAsync();
            for (int i = 0; i < Calls; i++)
            {
                if (IsCancelled(i))
                {
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calls[i].WaitAsync(s_limit));
                }
                else
                {
                    Assert.False(calls[i].IsCompleted);
                }
            }

            // Those that were cancelled while they waited made no room, and those in flight are in flight still.
            RedisConnectionStatistics stalled = Read(client);
            Assert.Equal(Fitting, stalled.Commands - before.Commands);
            Assert.InRange(stalled.BytesSent - before.BytesSent, 0, Limit);
        }
        finally
        {
            _server.Resume();
        }

        for (int i = 0; i < Calls; i++)
        {
            if (!IsCancelled(i))
            {
                await calls[i].WaitAsync(s_limit);
                Assert.Equal(Value(i), await client.GetAsync(Key(i)));
            }
            else if (i >= Fitting)
            {
                Assert.Null(await client.GetAsync(Key(i)));
            }
        }
    }

    private static bool IsCancelled(int i) => i % 2 == 1;

    private static string Key(int i) => $"stall:{i:D4}";

    private static string Value(int i) => i.ToString("D4", CultureInfo.InvariantCulture).PadRight(ValueLength, 'v');

    private static RedisConnectionStatistics Read(RedisServer client) => Assert.Single(client.GetConnectionStatistics());
}
