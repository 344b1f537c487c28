using TypedRedis.Benchmarks.Cases;

namespace TypedRedis.Benchmarks.Fairness.Scenarios;

/// <summary>128 callers read 64 KB into leases and hold each for 100 ms before they compare it and give it back.</summary>
internal sealed class SlowConsumers : Scenario
{
    private const int Callers = 128;

    private static readonly TimeSpan s_held = TimeSpan.FromMilliseconds(100);

    private long _verified;
    private int _holding;
    private int _mostHeld;

    public override string Name => "slow-consumer";

    public override IEnumerable<Fact> Facts =>
    [
        new("leases_verified", _verified),
        new("leases_held_max", _mostHeld),
        new("bytes_held_mb_max", _mostHeld * 65536 / 1e6, "F1"),
    ];

    public override Task PrepareAsync(ScenarioServer server) => server.FillAsync(DataSet.LargeValues);

    public override Task DisturbAsync(ScenarioServer server, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => ConsumeAsync(server.Commands, caller, stop)));

    private async Task ConsumeAsync(IFairnessCommands commands, int caller, CancellationToken stop)
    {
        DataSet data = DataSet.LargeValues;
        for (int i = data.FirstOf(caller); !stop.IsCancellationRequested; i = data.Next(i))
        {
            using RedisLease value = await commands.GetLeaseAsync(data.Keys[i]);
            int holding = Interlocked.Increment(ref _holding);
            for (int most = _mostHeld; holding > most && Interlocked.CompareExchange(ref _mostHeld, holding, most) != most; most = _mostHeld)
            {
            }

            await Task.Delay(s_held, CancellationToken.None);
            Check.Equal(data.Bytes[i], value.Span, data.Keys[i]);
            Interlocked.Decrement(ref _holding);
            Interlocked.Increment(ref _verified);
        }
    }
}
