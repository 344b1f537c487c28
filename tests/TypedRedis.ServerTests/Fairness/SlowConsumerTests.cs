using TypedRedis.Protocol;
using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Fairness;

public sealed class SlowConsumerTests(SingleServerFixture fixture) : IClassFixture<SingleServerFixture>
{
    private const int Values = 128;
    private const int Length = 64 * 1024;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Leases_held_by_slow_consumers_keep_their_bytes_while_others_go_on()
    {
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{fixture.Server.Port}?socket_timeout=60");
        byte[][] values = [.. Enumerable.Range(0, Values).Select(NewValue)];
        await Task.WhenAll(values.Select((value, i) => client.ExecuteAsync(new RawCommand("SET").Key(Key(i)).Argument(value)).AsTask()));
        Neighbours neighbours = await Neighbours.CreateAsync(client, "beside", 64);

        RedisLease[] held = await Task.WhenAll(Enumerable.Range(0, Values).Select(i => LeaseAsync(client, i)));
        try
        {
            // Others take leases of the same size and give them back at once, which is where shared memory would show.
            Task others = Task.WhenAll(Enumerable.Range(0, Values).Select(i => Task.Run(async () =>
            {
                for (int n = 0; n < 5; n++)
                {
                    using RedisLease taken = await LeaseAsync(client, (i + n + 1) % Values);
                    Assert.True(taken.Span.SequenceEqual(values[(i + n + 1) % Values]), "a lease has somebody else's bytes");
                }
            })));
            await Task.WhenAll(Enumerable.Range(0, 64).Select(caller => neighbours.CallAsync(caller, times: 50))).WaitAsync(s_limit);
            await others.WaitAsync(s_limit);
            for (int i = 0; i < Values; i++)
            {
                Assert.True(held[i].Span.SequenceEqual(values[i]), $"the lease on value {i} changed while it was held");
            }
        }
        finally
        {
            Array.ForEach(held, static lease => lease.Dispose());
        }
    }

    private static Task<RedisLease> LeaseAsync(RedisServer client, int i) =>
        client.ExecuteAsync(new RawCommand("GET").Key(Key(i)), Reply.Lease).AsTask();

    private static string Key(int i) => $"leased:{i}";

    private static byte[] NewValue(int seed)
    {
        byte[] value = new byte[Length];
        new Random(seed).NextBytes(value);
        return value;
    }
}
