using TypedRedis.Pipelines;
using TypedRedis.Protocol;
using TypedRedis.UnitTests.Connections;

namespace TypedRedis.UnitTests.Pipelines;

/// <summary>Pipelines of many parts against nodes that refuse, redirect and lose connections by chance.</summary>
[Collection(AloneCollection.Name)]
public class PipelineOrderPropertyTests
{
    // Three of either node.
    private static readonly string[] s_keys = ["b", "c", "f", "a", "d", "e"];
    private static readonly CommandInfo[] s_kinds = [NodeClient.Set, NodeClient.Incr, NodeClient.Get];

    [Fact]
    public async Task Commands_of_a_slot_are_executed_in_their_order_and_none_twice_that_must_not_be()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            await RunAsync(seed);
        }
    }

    private static async Task RunAsync(int seed)
    {
        var random = new Random(seed);
        var nodes = new UnreliableNodes(seed);
        await using FakeCluster cluster = await FakeCluster.StartAsync(maxInFlightBytes: random.Next(300, 900), nodes.ServeAsync);
        using var content = new TestContent(cluster.Client);
        string[] keys = [.. Enumerable.Range(0, random.Next(20, 80)).Select(_ => s_keys[random.Next(s_keys.Length)])];
        for (int i = 0; i < keys.Length; i++)
        {
            content.Add(s_kinds[random.Next(s_kinds.Length)], keys[i], i);
        }

        var execution = new PipelineExecution(content.Commands, cluster.Client.Router, partLength: random.Next(60, 280));
        Task running = execution.RunAsync(long.MaxValue, default).AsTask();
        await cluster.RunUntilAsync(running);
        await running;
        Check(content.Commands, keys, nodes.Executed, $"seed {seed}");
    }

    private static void Check(PipelineContent content, string[] keys, int[] executed, string run)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            CommandInfo info = content.Commands[i].Info;
            int times = executed.Count(number => number == i);
            Assert.True(times <= 1 || info.Retry != RetryClass.NotIdempotent, $"{run}: command {i}, which must not be repeated, was executed {times} times.");
            Assert.True(
                content.ErrorOf(i) switch
                {
                    null => times >= 1,
                    { MayHaveExecuted: true } => true,
                    _ => times == 0,
                },
                $"{run}: command {i} was executed {times} times, and reported {content.ErrorOf(i)?.Message ?? "success"}.");

            for (int later = i + 1; later < keys.Length; later++)
            {
                bool matters = info.Retry != RetryClass.ReadOnly || content.Commands[later].Info.Retry != RetryClass.ReadOnly;
                if (keys[later] == keys[i] && matters && content.ErrorOf(later) is null && times > 0)
                {
                    Assert.True(
                        Array.LastIndexOf(executed, i) < Array.LastIndexOf(executed, later),
                        $"{run}: command {i} was executed after command {later}: {string.Join(' ', executed.Where(number => keys[number] == keys[i]))}");
                }
            }
        }
    }
}
