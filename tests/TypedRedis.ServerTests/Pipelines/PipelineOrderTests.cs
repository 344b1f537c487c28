using System.Diagnostics;
using System.Globalization;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Pipelines;

/// <summary>Long pipelines whose connections are lost on the way, or whose server is not fit for service for a while.</summary>
[Collection(ClusterCollection.Name)]
public sealed class PipelineOrderTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private const int Rounds = 8;
    private const int Commands = 100_000;
    private const int Keys = 1_000;

    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Theory]
    [InlineData(32 * 1024 * 1024)]
    [InlineData(1536 * 1024)]
    public async Task Every_key_of_a_server_holds_its_last_value_after_a_lost_connection(long maxInFlightBytes)
    {
        await using RedisServerProcess server = await RedisServerProcess.StartAsync();
        await using RedisServer client = await RedisServer.ConnectAsync(
            new RedisOptions { Endpoints = [new("127.0.0.1", server.Port)], MaxInFlightBytes = maxInFlightBytes });
        await WriteWhileLosingAsync(client, () => server.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"));
    }

    [Theory]
    [InlineData(32 * 1024 * 1024)]
    [InlineData(1100 * 1024)]
    public async Task Every_key_of_a_cluster_holds_its_last_value_after_lost_connections(long maxInFlightBytes)
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync(
            new RedisOptions { Endpoints = [new("127.0.0.1", _cluster.Nodes[0].Port)], MaxInFlightBytes = maxInFlightBytes });
        await WriteWhileLosingAsync(
            client, () => Task.WhenAll(_cluster.LiveNodes.Select(node => node.CallAsync("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"))));
    }

    [Theory]
    [InlineData("CLUSTERDOWN The cluster is down")]
    [InlineData("LOADING Redis is loading the dataset in memory")]
    public async Task Commands_refused_in_the_middle_are_not_executed_behind_later_ones(string refusal)
    {
        await using var node = ScriptedServer.Start();
        int count = 0;
        string? stored = null;
        node.Script = request =>
        {
            if (request.Is("CLUSTER"))
            {
                return ScriptedReply.ClusterSlots((0, 16383, [node]));
            }

            if (!request.Is("SET"))
            {
                return null;
            }

            if (count++ is >= 40 and < 60)
            {
                return ScriptedReply.Error(refusal);
            }

            stored = request[2];
            return ScriptedReply.Ok;
        };
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", node.Port);
        using IPipelined.Pipeline pipeline = IPipelined.Create(client).CreatePipeline();
        Deferred<bool>[] set = [.. Enumerable.Range(0, 100).Select(i => pipeline.Set("k", i.ToString(CultureInfo.InvariantCulture)))];
        PipelineReplies replies = await pipeline.ExecuteAsync(throwOnError: false);
        Assert.Equal("99", stored);
        Assert.Equal(Enumerable.Range(40, 20), Enumerable.Range(0, 100).Where(i => replies.ErrorOf(set[i]) is not null));
        Assert.All(Enumerable.Range(40, 20), i => Assert.StartsWith(refusal, replies.ErrorOf(set[i])!.Message, StringComparison.Ordinal));
        Assert.Equal(100, count);
    }

    private static async Task WriteWhileLosingAsync(RedisClient client, Func<Task> loseAsync)
    {
        IPipelined redis = IPipelined.Create(client);
        var random = new Random(1);
        string[] keys = [.. Enumerable.Range(0, Keys).Select(i => $"order:{i}")];
        for (int round = 0; round < Rounds; round++)
        {
            using IPipelined.Pipeline pipeline = redis.CreatePipeline();
            var set = new Deferred<bool>[Commands];
            for (int i = 0; i < Commands; i++)
            {
                set[i] = pipeline.Set(keys[i % Keys], ValueOf(round, i));
            }

            long wanted = RepliesOf(client) + random.Next(100, Commands / 2);
            Task<PipelineReplies> execution = Task.Run(() => pipeline.ExecuteAsync(throwOnError: false, Deadline.After(TimeSpan.FromSeconds(30))).AsTask());
            long start = Stopwatch.GetTimestamp();
            while (RepliesOf(client) < wanted && !execution.IsCompleted)
            {
                Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30), "no replies");
                await Task.Yield();
            }

            await loseAsync();
            PipelineReplies replies = await execution;
            Assert.All(set, deferred => Assert.Null(replies.ErrorOf(deferred)));
            string?[] values = await redis.PipelineValuesAsync(keys);
            Assert.Empty(Enumerable.Range(0, Keys).Where(i => values[i] != ValueOf(round, Commands - Keys + i)).Select(i => $"round {round}: {keys[i]} = {values[i]}"));
        }
    }

    private static string ValueOf(int round, int i) => $"{round}:{i:000000}";

    private static long RepliesOf(RedisClient client) => client.GetConnectionStatistics().Sum(node => node.Replies);
}

internal static class PipelinedValues
{
    /// <summary>Reads keys of any slot.</summary>
    public static async Task<string?[]> PipelineValuesAsync(this IPipelined redis, string[] keys)
    {
        using IPipelined.Pipeline pipeline = redis.CreatePipeline();
        Deferred<string?>[] values = [.. keys.Select(key => pipeline.Get(key))];
        PipelineReplies replies = await pipeline.ExecuteAsync();
        return [.. values.Select(replies.Get)];
    }
}
