using TypedRedis.Benchmarks.Cases;

namespace TypedRedis.Benchmarks.Fairness.Scenarios;

/// <summary>Callers that block the thread they continue on for 100 ms after every reply.</summary>
/// <param name="name">The scenario's name.</param>
/// <param name="callers">How many.</param>
internal sealed class BlockingContinuations(string name, int callers) : Scenario
{
    private static readonly TimeSpan s_blocked = TimeSpan.FromMilliseconds(100);

    private long _verified;

    public override string Name => name;

    public override IEnumerable<Fact> Facts => [new("blocking_callers", callers), new("replies_verified", _verified)];

    public override Task PrepareAsync(ScenarioServer server) => server.FillAsync(DataSet.Kilobyte);

    public override Task DisturbAsync(ScenarioServer server, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(caller => BlockAsync(server.Commands, caller, stop)));

    private async Task BlockAsync(IFairnessCommands commands, int caller, CancellationToken stop)
    {
        DataSet data = DataSet.Kilobyte;
        byte[] buffer = new byte[1024];
        for (int i = data.FirstOf(caller); !stop.IsCancellationRequested; i = data.Next(i))
        {
            int length = await commands.GetAsync(data.Keys[i], buffer, CancellationToken.None);
            Check.Equal(data.Bytes[i], buffer.AsSpan(0, Math.Max(0, length)), data.Keys[i]);
            Interlocked.Increment(ref _verified);
            Thread.Sleep(s_blocked);
        }
    }
}
