using System.Diagnostics;

namespace TypedRedis.Benchmarks.Running;

/// <summary>
/// Runs cases one after the other, all of them once per pass, so that a machine that gets slower or faster meanwhile does so for all
/// alike. Passes alternate in direction: no case always follows the same neighbour. Before and after every case its reference runs
/// for a moment: shared machines change their speed within seconds, and a ratio of neighbours does not follow them.
/// </summary>
/// <param name="plan">How often and how long.</param>
/// <param name="reference">What throughput is compared with.</param>
/// <param name="sequentialReference">What the latency of single callers is compared with.</param>
/// <param name="progress">Told before each pass.</param>
internal sealed class Runner(RunPlan plan, BenchmarkCase reference, BenchmarkCase sequentialReference, Action<string> progress)
{
    // Of a case's own window.
    private const int ReferenceShare = 4;

    private static readonly TimeSpan s_endDeadline = TimeSpan.FromSeconds(30);

    // One pass that does not count lets the just-in-time compiler finish its work.
    private static readonly TimeSpan s_compilePass = TimeSpan.FromMilliseconds(60);

    private readonly LatencyHistogram _latencies = new();

    /// <summary>Measures all cases.</summary>
    /// <exception cref="BenchmarkFailedException">A reply was wrong or did not come.</exception>
    public IReadOnlyList<CaseResult> Run(IReadOnlyList<BenchmarkCase> cases)
    {
        long start = Stopwatch.GetTimestamp();
        progress("warming up");
        foreach (BenchmarkCase benchmark in cases)
        {
            _ = Measure(benchmark, TimeSpan.Zero, s_compilePass);
        }

        List<Measurement>[] runs = [.. cases.Select(_ => new List<Measurement>())];
        TimeSpan longestPass = TimeSpan.Zero;
        for (int pass = 0; pass < plan.Runs; pass++)
        {
            TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
            if (pass > 0 && elapsed + longestPass > plan.Budget)
            {
                progress($"no time for more than {pass} runs");
                break;
            }

            progress($"run {pass + 1} of {plan.Runs}");
            for (int i = 0; i < cases.Count; i++)
            {
                int index = pass % 2 == 0 ? i : cases.Count - 1 - i;
                runs[index].Add(MeasureBesideReferences(cases[index]));
            }

            TimeSpan passed = Stopwatch.GetElapsedTime(start) - elapsed;
            longestPass = passed > longestPass ? passed : longestPass;
        }

        return [.. cases.Zip(runs, (benchmark, measurements) => new CaseResult(benchmark, measurements))];
    }

    private Measurement MeasureBesideReferences(BenchmarkCase benchmark)
    {
        bool isSequential = benchmark is { Callers: 1, CommandsPerCall: 1 };
        double opsBefore = Reference(reference).Ops;
        double durationBefore = isSequential ? Reference(sequentialReference).P50 : double.NaN;
        Measurement measured = Measure(benchmark, plan.WarmUp, plan.Window);
        double durationAfter = isSequential ? Reference(sequentialReference).P50 : double.NaN;
        double opsAfter = Reference(reference).Ops;
        return measured with
        {
            Ratio = measured.Ops / ((opsBefore + opsAfter) / 2),
            LatencyRatio = measured.P50 / ((durationBefore + durationAfter) / 2),
        };
    }

    private Measurement Reference(BenchmarkCase benchmark) => Measure(benchmark, plan.WarmUp / ReferenceShare, plan.Window / ReferenceShare);

    // Blocks its thread, which is not one of the pool's: measuring must not depend on what is measured.
    private Measurement Measure(BenchmarkCase benchmark, TimeSpan warmUp, TimeSpan window)
    {
        try
        {
            Task.Run(benchmark.PrepareAsync).GetAwaiter().GetResult();
            GC.Collect();
            var run = new RunState(_latencies);
            // Timing costs some 50 ns; with one caller every call counts, with many a part of them is plenty.
            int sampleEvery = benchmark.Callers == 1 ? 1 : 16;
            Caller[] callers = [.. Enumerable.Range(0, benchmark.Callers).Select(i => new Caller(run, i, benchmark.CommandsPerCall, sampleEvery))];
            Task[] loops = Array.ConvertAll(callers, caller => Start(benchmark, caller));
            Measurement measured;
            try
            {
                Thread.Sleep(warmUp);
                measured = Observe(benchmark, callers, window);
            }
            finally
            {
                run.End();
            }

            if (!Task.WaitAll(loops, s_endDeadline))
            {
                throw new TimeoutException($"{loops.Count(loop => !loop.IsCompleted)} callers still wait for a reply.");
            }

            Task.Run(benchmark.VerifyAsync).GetAwaiter().GetResult();
            return measured;
        }
        catch (Exception failure)
        {
            // Of the callers that failed, the first tells enough.
            Exception first = failure is AggregateException callersFailed ? callersFailed.InnerExceptions[0] : failure;
            throw new BenchmarkFailedException($"{benchmark}: {first.Message}", failure);
        }
    }

    private static Task Start(BenchmarkCase benchmark, Caller caller) => benchmark.BlocksThread
        ? Task.Factory.StartNew(() => benchmark.Loop(caller), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()
        : Task.Run(() => benchmark.Loop(caller));

    // Looks at the running callers at two moments; what starting and ending them costs stays outside.
    private Measurement Observe(BenchmarkCase benchmark, Caller[] callers, TimeSpan window)
    {
        long allocatedBefore = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpuBefore = Environment.CpuUsage.TotalTime;
        TimeSpan serverCpuBefore = benchmark.ReadServerCpu();
        ConnectionTraffic trafficBefore = benchmark.ReadTraffic?.Invoke() ?? default;
        _latencies.Clear();
        long commandsBefore = CommandsOf(callers);
        long start = Stopwatch.GetTimestamp();

        Thread.Sleep(window);

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        double commands = CommandsOf(callers) - commandsBefore;
        TimeSpan cpu = Environment.CpuUsage.TotalTime - cpuBefore;
        TimeSpan serverCpu = benchmark.ReadServerCpu() - serverCpuBefore;
        ConnectionTraffic traffic = (benchmark.ReadTraffic?.Invoke() ?? default) - trafficBefore;
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - allocatedBefore;
        if (commands == 0 && window >= plan.Window)
        {
            throw new InvalidOperationException("Not one reply came while it was measured.");
        }

        return new Measurement(
            commands / elapsed.TotalSeconds,
            _latencies.Percentile(0.50),
            _latencies.Percentile(0.99),
            allocated / commands,
            cpu.TotalMicroseconds / commands,
            traffic.CommandsPerFlush,
            traffic.BytesPerFlush,
            traffic.RepliesPerRead)
        {
            ServerBusy = serverCpu / elapsed,
        };
    }

    private static long CommandsOf(Caller[] callers)
    {
        long sum = 0;
        foreach (Caller caller in callers)
        {
            sum += caller.Commands;
        }

        return sum;
    }
}
