using System.Diagnostics;
using System.Globalization;
using System.Text;
using TypedRedis.Benchmarks.Cases;
using TypedRedis.Benchmarks.Running;
using TypedRedis.TestSupport;

namespace TypedRedis.Benchmarks.Fairness.Scenarios;

/// <summary>
/// The server pauses for 500 ms, again and again, while 4,096 callers SET 16 KB each over a connection that lets 4 MiB be in flight. One
/// in four calls is cancelled during the pause, whether it waits for room or for its reply; all others must succeed after it.
/// </summary>
internal sealed class Backpressure : Scenario
{
    private const int Callers = 4096;
    private const int ValueLength = 16 * 1024;
    private const int Limit = 4 * 1024 * 1024;
    private const int PauseMilliseconds = 500;

    // Array heads, lengths and words of SET and GET with a key of 16 characters.
    private const int SetLength = 13 + 23 + 8 + ValueLength + 2;
    private const int GetLength = 13 + 23;

    private static readonly TimeSpan s_calm = TimeSpan.FromMilliseconds(200);

    private readonly string[] _keys = [.. Enumerable.Range(0, Callers).Select(i => $"pressure:{i:D7}")];
    private readonly byte[][] _values = [.. Enumerable.Range(0, Callers).Select(NewValue)];
    private readonly long[] _stored = new long[Callers];
    private long _pauses;
    private long _checked;
    private long _mostInFlight;
    private long _cancelled;
    private TimeSpan _cancelOne;
    private TimeSpan _cancelAll;
    private TimeSpan _drain;

    public override string Name => "backpressure";

    public override IEnumerable<Fact> Facts =>
    [
        new("pauses", _pauses),
        new("pauses_bound_checked", _checked),
        new("in_flight_mb_max", _mostInFlight / 1e6, "F3"),
        new("limit_mb", Limit / 1e6, "F3"),
        new("cancelled", _cancelled),
        new("cancel_one_ms_max", _cancelOne.TotalMilliseconds, "F2"),
        new("cancel_1023_ms_max", _cancelAll.TotalMilliseconds, "F2"),
        new("set_verified", _stored.Sum()),
        new("all_done_after_pause_ms_max", _drain.TotalMilliseconds, "F0"),
    ];

    public override RedisOptions Configure(RedisOptions options) => options with { MaxInFlightBytes = Limit };

    // On a thread of its own, so that the pool is late for nobody but those who are measured.
    public override Task DisturbAsync(ScenarioServer server, CancellationToken stop) => Task.Factory.StartNew(
        () =>
        {
            RawConnection rig = server.Process.ConnectAsync().GetAwaiter().GetResult();
            while (!stop.IsCancellationRequested)
            {
                Pause(server, rig);
                _pauses++;
                _ = stop.WaitHandle.WaitOne(s_calm);
            }

            rig.DisposeAsync().AsTask().GetAwaiter().GetResult();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    public override async Task VerifyAsync(ScenarioServer server)
    {
        byte[] buffer = new byte[ValueLength];
        for (int i = 0; i < Callers; i++)
        {
            if (_stored[i] > 0)
            {
                int length = await server.Commands.GetAsync(_keys[i], buffer);
                Check.Equal(_values[i], buffer.AsSpan(0, Math.Max(0, length)), _keys[i]);
            }
        }
    }

    private void Pause(ScenarioServer server, RawConnection rig)
    {
        using var one = new CancellationTokenSource();
        using var several = new CancellationTokenSource();
        long start = Stopwatch.GetTimestamp();
        _ = rig.CallAsync("CLIENT", "PAUSE", PauseMilliseconds, "ALL").GetAwaiter().GetResult();
        // Every well-behaved caller has a GET in flight then, and nothing else is.
        _ = SpinWait.SpinUntil(() => Read(server) is var counts && counts.Commands - counts.Replies == WellBehavedCallers.Count, PauseMilliseconds / 4);
        RedisConnectionStatistics before = Read(server);

        var calls = new Task<bool>[Callers];
        for (int i = 0; i < Callers; i++)
        {
            CancellationToken token = i == Callers - 1 ? one.Token : IsCancelled(i) ? several.Token : CancellationToken.None;
            calls[i] = server.Commands.SetAsync(_keys[i], _values[i], token).AsTask();
        }

        NoteInFlight(before, Read(server));
        _cancelOne = Longer(_cancelOne, Cancel(one, calls[^1..]));
        _cancelAll = Longer(_cancelAll, Cancel(several, [.. calls[..^1].Where((_, i) => IsCancelled(i))]));
        NoteInFlight(before, Read(server));

        for (int i = 0; i < Callers; i++)
        {
            if (IsCancelled(i) && calls[i].IsCanceled)
            {
                _cancelled++;
            }
            else
            {
                Check.Succeeded(calls[i].GetAwaiter().GetResult(), _keys[i]);
                _stored[i]++;
            }
        }

        _drain = Longer(_drain, Stopwatch.GetElapsedTime(start) - TimeSpan.FromMilliseconds(PauseMilliseconds));
    }

    // The bound can be told from outside only as long as no reply came, that is while the pause lasts.
    private void NoteInFlight(RedisConnectionStatistics before, RedisConnectionStatistics now)
    {
        if (now.Replies != before.Replies || before.Commands - before.Replies != WellBehavedCallers.Count)
        {
            return;
        }

        long inFlight = (WellBehavedCallers.Count * GetLength) + ((now.Commands - before.Commands) * SetLength);
        if (inFlight > Limit)
        {
            throw new BenchmarkFailedException($"{inFlight} bytes are in flight; {Limit} are allowed.");
        }

        _checked++;
        _mostInFlight = Math.Max(_mostInFlight, inFlight);
    }

    // How long it takes until every call of the token has ended.
    private static TimeSpan Cancel(CancellationTokenSource token, Task<bool>[] calls)
    {
        long start = Stopwatch.GetTimestamp();
        token.Cancel();
        ((Task)Task.WhenAll(calls)).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)
            .GetAwaiter().GetResult();
        return Stopwatch.GetElapsedTime(start);
    }

    private static RedisConnectionStatistics Read(ScenarioServer server) => server.Client.GetConnectionStatistics()[0];

    private static bool IsCancelled(int i) => i % 4 == 3;

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private static byte[] NewValue(int i) => Encoding.ASCII.GetBytes(i.ToString("D4", CultureInfo.InvariantCulture).PadRight(ValueLength, 'v'));
}
