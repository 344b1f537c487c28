using TypedRedis.Benchmarks.Cases;
using TypedRedis.Benchmarks.Running;

namespace TypedRedis.Benchmarks.Fairness.Scenarios;

/// <summary>
/// Bursts of 10,000 calls by 100 tokens. A token is cancelled when its last call and up to 5,000 others have been made, as a seeded random
/// source says, so that calls in every stage are met: queued, sent, just answered. A burst follows 50 ms after the end of the one before.
/// </summary>
internal sealed class CancelledCalls : Scenario
{
    private const int Tokens = 100;
    private const int CallsEach = 100;
    private const int MostLater = 5000;
    private const byte Untouched = 0xEE;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly Random _random = new(1);
    private readonly byte[][] _buffers = [.. Enumerable.Range(0, Tokens * CallsEach).Select(_ => new byte[DataSet.ValueLength])];
    private long _bursts;
    private long _cancelled;
    private long _verified;

    public override string Name => "cancelled";

    public override IEnumerable<Fact> Facts => [new("bursts", _bursts), new("cancelled", _cancelled), new("replies_verified", _verified)];

    public override Task PrepareAsync(ScenarioServer server) => server.FillAsync(DataSet.OneSlot);

    public override async Task DisturbAsync(ScenarioServer server, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            await BurstAsync(server.Commands);
            _bursts++;
            await Task.Delay(s_pause, CancellationToken.None);
        }
    }

    private async Task BurstAsync(IFairnessCommands commands)
    {
        Array.ForEach(_buffers, static buffer => Array.Fill(buffer, Untouched));
        CancellationTokenSource[] tokens = [.. Enumerable.Range(0, Tokens).Select(_ => new CancellationTokenSource())];
        var moments = new PriorityQueue<CancellationTokenSource, int>();
        for (int i = 0; i < Tokens; i++)
        {
            moments.Enqueue(tokens[i], ((i + 1) * CallsEach) - 1 + _random.Next(MostLater));
        }

        var calls = new Task<int>[Tokens * CallsEach];
        for (int i = 0; i < calls.Length; i++)
        {
            calls[i] = commands.GetAsync(DataSet.OneSlot.Keys[i % CallsEach], _buffers[i], tokens[i / CallsEach].Token).AsTask();
            while (moments.TryPeek(out CancellationTokenSource? due, out int moment) && moment <= i)
            {
                await due.CancelAsync();
                moments.Dequeue();
            }
        }

        while (moments.TryDequeue(out CancellationTokenSource? due, out _))
        {
            await due.CancelAsync();
        }

        for (int i = 0; i < calls.Length; i++)
        {
            await VerifyAsync(calls[i], i);
        }

        Array.ForEach(tokens, static token => token.Dispose());
    }

    private async Task VerifyAsync(Task<int> call, int i)
    {
        string key = DataSet.OneSlot.Keys[i % CallsEach];
        // Measured is the client: to be thrown at 10,000 times more would cost as much again.
        await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!call.IsCanceled)
        {
            int length = await call;
            Check.Equal(DataSet.OneSlot.Bytes[i % CallsEach], _buffers[i].AsSpan(0, Math.Max(0, length)), key);
            _verified++;
        }
        else
        {
            if (_buffers[i].AsSpan().ContainsAnyExcept(Untouched))
            {
                throw new BenchmarkFailedException($"The buffer of a cancelled call for key {key} was written to.");
            }

            _cancelled++;
        }
    }
}
