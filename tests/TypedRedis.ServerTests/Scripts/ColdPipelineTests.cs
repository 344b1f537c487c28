using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Scripts;

/// <summary>Pipelines that need code which the servers lack, all at the same time over connections that nobody has used for it.</summary>
[Collection(ClusterCollection.Name)]
public sealed class ColdPipelineTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private const int Rounds = 10;
    private const int Pipelines = 24;
    private const int Pairs = 50;

    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    public async Task Reads_see_what_scripts_before_them_have_written()
    {
        for (int round = 0; round < Rounds; round++)
        {
            await ForEachPrimaryAsync("SCRIPT", "FLUSH");
            await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
            IScripts scripts = IScripts.Create(client);
            await Task.WhenAll(Enumerable.Range(0, Pipelines).Select(number => Task.Run(() => PutAndReadAsync(scripts, $"cold:{round}:{number}", warm: false))));
        }
    }

    [Fact]
    public async Task Scripts_forgotten_meanwhile_are_told_and_not_executed_late()
    {
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
        IScripts scripts = IScripts.Create(client);
        for (int round = 0; round < Rounds; round++)
        {
            await ForEachPrimaryAsync("SCRIPT", "FLUSH");
            await Task.WhenAll(Enumerable.Range(0, Pipelines).Select(number => Task.Run(() => PutAndReadAsync(scripts, $"warm:{round}:{number}", warm: true))));
        }
    }

    [Fact]
    public async Task Reads_see_what_functions_before_them_have_written()
    {
        for (int round = 0; round < Rounds; round++)
        {
            await ForEachPrimaryAsync("FUNCTION", "FLUSH");
            await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", _cluster.Nodes[0].Port);
            IFunctions functions = IFunctions.Create(client);
            await Task.WhenAll(Enumerable.Range(0, Pipelines).Select(number => Task.Run(async () =>
            {
                using IFunctions.Pipeline pipeline = functions.CreatePipeline();
                var read = new Deferred<string?>[Pairs];
                for (int i = 0; i < Pairs; i++)
                {
                    pipeline.Add($"cold:function:{round}:{number}:{i}", 1);
                    read[i] = pipeline.Read($"cold:function:{round}:{number}:{i}");
                }

                PipelineReplies replies = await pipeline.ExecuteAsync();
                Assert.All(read, value => Assert.NotNull(replies.Get(value)));
            })));
        }
    }

    private static async Task PutAndReadAsync(IScripts scripts, string prefix, bool warm)
    {
        using IScripts.Pipeline pipeline = scripts.CreatePipeline();
        var put = new Deferred<string>[Pairs];
        var read = new Deferred<RespValue>[Pairs];
        for (int i = 0; i < Pairs; i++)
        {
            put[i] = pipeline.Put($"{prefix}:{i}", prefix);
            read[i] = pipeline.Execute(new RawCommand("GET").Key($"{prefix}:{i}"));
        }

        PipelineReplies replies = await pipeline.ExecuteAsync(throwOnError: false);
        for (int i = 0; i < Pairs; i++)
        {
            if (warm && replies.ErrorOf(put[i]) is { } error)
            {
                Assert.False(error.MayHaveExecuted);
                Assert.True(replies.Get(read[i]).IsNull);
            }
            else
            {
                Assert.Null(replies.ErrorOf(put[i]));
                Assert.Equal(prefix, replies.Get(read[i]).ToString());
            }
        }
    }

    private async Task ForEachPrimaryAsync(params string[] command)
    {
        foreach (ClusterNodeProcess primary in await _cluster.PrimariesAsync())
        {
            await primary.CallAsync([.. command.Select(word => (RawArgument)word)]);
        }
    }
}
