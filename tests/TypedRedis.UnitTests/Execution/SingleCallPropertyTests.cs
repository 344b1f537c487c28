using System.Diagnostics;
using System.Globalization;
using TypedRedis.Topology;
using TypedRedis.UnitTests.Connections;
using TypedRedis.UnitTests.Pipelines;

namespace TypedRedis.UnitTests.Execution;

/// <summary>
/// Single calls and transactions through a cluster client, against nodes that refuse, redirect, pause and lose connections by chance, with deadlines,
/// cancellations and disposals. The environment variable <c>TYPEDREDIS_FUZZ_CALLS</c> says how many runs instead of 200, <c>TYPEDREDIS_FUZZ_SEED</c> which
/// one is the first. A failure names its seed. Within a run threads decide what comes before what, so it may take some tries to see it again.
/// </summary>
[Collection(AloneCollection.Name)]
public class SingleCallPropertyTests
{
    private const int DefaultRuns = 200;

    // Connections that are of no use any more are counted for 30 s. Replies come within less than the half of it.
    private const int StepsOfCounting = 700;
    private static readonly DateTimeOffset s_lastStartOfCounting = DateTimeOffset.UnixEpoch.AddSeconds(15);

    private static readonly TimeSpan s_step = TimeSpan.FromMilliseconds(20);

    [Fact]
    public Task Every_call_ends_once_with_its_own_reply_and_none_is_executed_twice_that_must_not_be()
    {
        IEnumerable<int> seeds = Enumerable.Range(Setting("TYPEDREDIS_FUZZ_SEED", 0), Setting("TYPEDREDIS_FUZZ_CALLS", DefaultRuns));
        return Parallel.ForEachAsync(seeds, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (seed, _) =>
        {
            try
            {
                await RunAsync(seed);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"seed {seed}: {failure.Message}", failure);
            }
        });
    }

    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        var nodes = new FaultyNodes(seed);
        long? maxInFlightBytes = random.Next(2) == 0 ? random.Next(200, 600) : null;
        await using FakeCluster cluster = await FakeCluster.StartAsync(maxInFlightBytes, nodes.ServeAsync, dialling: nodes.DialAsync);
        nodes.Begin(cluster.Time, disturbances: random.Next(60));

        RandomCaller[] callers = [.. "abcd".Select(name => new RandomCaller(cluster.Client, cluster.Time, random.Next(), name))];
        Task calling = Task.WhenAll([.. callers.Select(caller => Task.Run(caller.RunAsync))]);
        int stepsToDisposal = random.Next(3) == 0 ? random.Next(15) : int.MaxValue;
        Task disposal = Task.CompletedTask;
        await StepUntilAsync(
            cluster,
            step =>
            {
                if (step == stepsToDisposal)
                {
                    disposal = Task.Run(() => cluster.Client.DisposeAsync().AsTask());
                }

                return calling.IsCompleted && disposal.IsCompleted && nodes.IsIdle;
            },
            () => $"not all calls have ended. {string.Join("; ", callers.SelectMany(caller => caller.Unended))}. {nodes.State}. {string.Join("; ", cluster.Client.GetConnectionStatistics())}. Disposal: {stepsToDisposal}, {disposal.Status}.");
        await calling;
        await disposal;

        CallModel.Check([.. callers.SelectMany(caller => caller.Commands)], nodes.Executed);
        if (stepsToDisposal == int.MaxValue)
        {
            await CheckCountersAsync(cluster, nodes);
        }
    }

    // Replies to calls that were cancelled may still be on their way.
    private static async Task CheckCountersAsync(FakeCluster cluster, FaultyNodes nodes)
    {
        string imbalance = "";
        bool areAllCounted = cluster.Time.GetUtcNow() < s_lastStartOfCounting;
        await StepUntilAsync(cluster, _ => (imbalance = ImbalanceOf(cluster, nodes, areAllCounted)).Length == 0, () => imbalance, StepsOfCounting);
    }

    private static string ImbalanceOf(FakeCluster cluster, FaultyNodes nodes, bool areAllCounted)
    {
        IReadOnlyList<RedisConnectionStatistics> statistics = cluster.Client.GetConnectionStatistics();
        FaultyConnection[] connections = nodes.Connections;
        FaultyConnection[] lost = [.. connections.Where(connection => connection.IsBroken || connection.Transport.IsClosedByClient)];
        long sent = statistics.Sum(node => node.Commands);
        long replies = statistics.Sum(node => node.Replies);
        long received = connections.Sum(connection => connection.Received);
        long answered = connections.Sum(connection => connection.Answered);
        long unanswered = lost.Sum(connection => connection.Received - connection.Answered);
        return
            statistics.Sum(node => node.Waiting) is var waiting and not 0 ? $"{waiting} calls still wait."
            : statistics.Sum(node => node.WaitingBytes) is var bytes and not 0 ? $"{bytes} bytes still wait."
            : ((ClusterRouter)cluster.Client.Router).Map.Nodes.All.FirstOrDefault(node => !node.Connection.IsIdle) is { } busy ? $"{busy.Endpoint} still has replies to come."
            : lost.Length == 0 && (sent != received || replies != answered) ? $"{sent} commands were sent and {received} came, {answered} replies were given and {replies} came."
            : replies > answered ? $"{replies} replies came of {answered}."
            : areAllCounted && sent - replies < unanswered ? $"{sent} commands were sent and {replies} replies came, but {unanswered} replies were lost."
            : "";
    }

    // Lets clock time pass, and the threads in between.
    private static async Task StepUntilAsync(FakeCluster cluster, Func<int, bool> condition, Func<string> failure, int clockSteps = int.MaxValue)
    {
        long start = Stopwatch.GetTimestamp();
        for (int step = 0; !condition(step); step++)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Wait.Limit, failure());
            for (int turn = 0; turn < 10; turn++)
            {
                await Task.Yield();
            }

            if (step < clockSteps)
            {
                cluster.Time.Advance(s_step);
            }
            else
            {
                await Task.Delay(1);
            }
        }
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
