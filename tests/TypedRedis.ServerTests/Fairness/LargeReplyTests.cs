using TypedRedis.Protocol;
using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Fairness;

public sealed class LargeReplyTests(SingleServerFixture fixture) : IClassFixture<SingleServerFixture>
{
    private const int Large = 64 * 1024 * 1024;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Replies_of_64_MB_come_whole_between_those_of_64_callers()
    {
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{fixture.Server.Port}?socket_timeout=60");
        byte[] value = new byte[Large];
        new Random(3).NextBytes(value);
        await client.ExecuteAsync(new RawCommand("SET").Key("large").Argument(value));
        Neighbours neighbours = await Neighbours.CreateAsync(client, "small", 64);
        using var stop = new CancellationTokenSource();
        Task[] calling = neighbours.CallUntil(stop.Token);
        for (int i = 0; i < 3; i++)
        {
            long[] before = neighbours.Calls;
            using RedisLease reply = await client.ExecuteAsync(new RawCommand("GET").Key("large"), Reply.Lease).AsTask().WaitAsync(s_limit);
            Assert.True(reply.Span.SequenceEqual(value), "the large reply is damaged");
            await Eventually.TrueAsync(
                () => calling.Any(caller => caller.IsFaulted) || neighbours.Calls.Zip(before).All(pair => pair.First >= pair.Second + 2), s_limit, "all callers to go on");
        }

        await stop.CancelAsync();
        await Task.WhenAll(calling).WaitAsync(s_limit);
    }
}
