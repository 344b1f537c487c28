using System.Diagnostics;
using System.Globalization;
using System.Text;
using TypedRedis.Benchmarks.Cases;
using TypedRedis.Benchmarks.Running;
using TypedRedis.TestSupport;

namespace TypedRedis.Benchmarks.Fairness.Scenarios;

/// <summary>
/// 4,096 callers all the time, half of them reading and half counting; the server ends their connection again and again. Every reply is
/// compared, and every INCR accounted for.
/// </summary>
internal sealed class LostConnections : Scenario
{
    private const int Readers = 2048;

    // Between the moment when all run again and the next loss.
    private static readonly TimeSpan s_calm = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestRecovery = TimeSpan.FromSeconds(10);

    private readonly DataSet _read = new("lost:", Readers, DataSet.ValueLength);
    private readonly CountingCaller[] _counters = [.. Enumerable.Range(0, Readers).Select(i => new CountingCaller($"lostcount:{i:D6}"))];
    private readonly long[] _reads = new long[Readers];
    private readonly List<double> _recoveries = [];
    private Task[] _callers = [];
    private long _failed;

    public override string Name => "lost-connection";

    public override IEnumerable<Fact> Facts =>
    [
        new("losses", _recoveries.Count),
        new("all_running_again_ms_median", _recoveries.Order().ElementAtOrDefault(_recoveries.Count / 2), "F1"),
        new("all_running_again_ms_max", _recoveries.DefaultIfEmpty().Max(), "F1"),
        new("get_verified", _reads.Sum() - _failed),
        new("get_failed", _failed),
        new("incr_acknowledged", _counters.Sum(counter => counter.Acknowledged)),
        new("incr_outcome_unknown", _counters.Sum(counter => counter.Unknown)),
        new("incr_executed_of_unknown", _counters.Sum(counter => counter.Final - counter.Acknowledged)),
    ];

    public override Task PrepareAsync(ScenarioServer server) => server.FillAsync(_read);

    public override Task LoadAsync(ScenarioServer server, CancellationToken stop)
    {
        _callers =
        [
            .. Enumerable.Range(0, Readers).Select(reader => Task.Run(() => ReadAsync(server.Commands, reader, stop), CancellationToken.None)),
            .. _counters.Select(counter => Task.Run(() => counter.CountAsync(server.Commands, stop), CancellationToken.None)),
        ];
        return Task.WhenAll(_callers);
    }

    // On a thread of its own: how late the pool comes to something is part of what is measured.
    public override Task DisturbAsync(ScenarioServer server, CancellationToken stop) => Task.Factory.StartNew(
        () =>
        {
            RawConnection rig = server.Process.ConnectAsync().GetAwaiter().GetResult();
            while (!stop.IsCancellationRequested)
            {
                long start = Stopwatch.GetTimestamp();
                _ = rig.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes").GetAwaiter().GetResult();
                WaitForAll(start);
                _recoveries.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                _ = stop.WaitHandle.WaitOne(s_calm);
            }

            rig.DisposeAsync().AsTask().GetAwaiter().GetResult();
        },
        CancellationToken.None,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    public override async Task VerifyAsync(ScenarioServer server)
    {
        byte[] buffer = new byte[20];
        foreach (CountingCaller counter in _counters)
        {
            int length = await server.Commands.GetAsync(counter.Key, buffer);
            counter.Settle(length < 0 ? 0 : long.Parse(Encoding.ASCII.GetString(buffer, 0, length), CultureInfo.InvariantCulture));
        }
    }

    // The first outcome after the loss may be of a call made before it, the second one is not.
    private void WaitForAll(long start)
    {
        long[] reads = [.. _reads];
        long[] counts = Array.ConvertAll(_counters, static counter => counter.Outcomes);
        while (!reads.Zip(_reads).All(pair => pair.Second >= pair.First + 2) || !counts.Zip(_counters).All(pair => pair.Second.Outcomes >= pair.First + 2))
        {
            if (Array.Find(_callers, static caller => caller.IsFaulted) is { } failed)
            {
                throw failed.Exception!;
            }

            if (Stopwatch.GetElapsedTime(start) > s_longestRecovery)
            {
                throw new BenchmarkFailedException($"Not all callers run again {s_longestRecovery.TotalSeconds} s after a lost connection.");
            }

            Thread.Sleep(1);
        }
    }

    private async Task ReadAsync(IFairnessCommands commands, int reader, CancellationToken stop)
    {
        byte[] buffer = new byte[DataSet.ValueLength];
        while (!stop.IsCancellationRequested)
        {
            try
            {
                int length = await commands.GetAsync(_read.Keys[reader], buffer, CancellationToken.None);
                Check.Equal(_read.Bytes[reader], buffer.AsSpan(0, Math.Max(0, length)), _read.Keys[reader]);
                buffer[0] = 0;
            }
            catch (RedisException)
            {
                // What only reads is to be repeated, so this counts against the client.
                Interlocked.Increment(ref _failed);
            }

            Volatile.Write(ref _reads[reader], _reads[reader] + 1);
        }
    }
}
