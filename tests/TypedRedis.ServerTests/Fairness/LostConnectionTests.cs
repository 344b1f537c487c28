using System.Globalization;
using TypedRedis.ServerTests.Cluster;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Fairness;

public sealed class LostConnectionTests(SingleServerFixture fixture) : IClassFixture<SingleServerFixture>
{
    private const int Readers = 2048;
    private const int Counters = 2048;
    private const int Losses = 5;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Connection_lost_under_4096_callers_loses_and_doubles_nothing()
    {
        await using RedisServer client = await RedisServer.ConnectAsync($"redis://127.0.0.1:{fixture.Server.Port}?socket_timeout=60");
        Neighbours readers = await Neighbours.CreateAsync(client, "reader", Readers);
        Counter[] counters = [.. Enumerable.Range(0, Counters).Select(i => new Counter($"counter:{i}"))];
        await using RawConnection rig = await fixture.Server.ConnectAsync();
        using var stop = new CancellationTokenSource();
        Task[] callers = [.. readers.CallUntil(stop.Token), .. counters.Select(counter => Task.Run(() => counter.CountAsync(client, stop.Token)))];
        for (int loss = 0; loss < Losses; loss++)
        {
            await AllGoOnAsync();
            RawReply killed = await rig.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            Assert.Equal(1, killed.Number);
        }

        await AllGoOnAsync();
        await stop.CancelAsync();
        await Task.WhenAll(callers).WaitAsync(s_limit);
        foreach (Counter counter in counters)
        {
            long value = long.Parse((await client.GetAsync(counter.Key))!, CultureInfo.InvariantCulture);
            Assert.InRange(value, counter.Acknowledged, counter.Acknowledged + counter.Unknown);
            Assert.True(counter.Last <= value, $"{counter.Key} was {counter.Last} and now is {value}");
        }

        // Every caller has the outcome of a call that it made after this.
        async Task AllGoOnAsync()
        {
            long[] calls = readers.Calls;
            long[] counts = Array.ConvertAll(counters, counter => counter.Outcomes);
            await Eventually.TrueAsync(
                () => callers.Any(caller => caller.IsFaulted)
                    || (readers.Calls.Zip(calls).All(pair => pair.First >= pair.Second + 2)
                        && counters.Zip(counts).All(pair => pair.First.Outcomes >= pair.Second + 2)),
                s_limit,
                "every caller to go on");
            await (callers.FirstOrDefault(caller => caller.IsFaulted) ?? Task.CompletedTask);
        }
    }

    /// <summary>A caller that increments its own key and keeps the books.</summary>
    private sealed class Counter(string key)
    {
        private long _outcomes;

        public string Key => key;

        public long Acknowledged { get; private set; }

        public long Unknown { get; private set; }

        public long Last { get; private set; }

        public long Outcomes => Volatile.Read(ref _outcomes);

        public async Task CountAsync(RedisClient client, CancellationToken stop)
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    long value = await client.IncrAsync(key).ConfigureAwait(false);
                    Assert.InRange(value, Last + 1, Acknowledged + Unknown + 1);
                    Last = value;
                    Acknowledged++;
                }
                catch (RedisOutcomeUnknownException)
                {
                    Unknown++;
                }

                Volatile.Write(ref _outcomes, _outcomes + 1);
            }
        }
    }
}
