using System.Text;
using TypedRedis.ServerTests.Support;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Pipelines;

[Collection(ClusterCollection.Name)]
public sealed class PipelineTests(ClusterFixture fixture) : SharedClusterTests(fixture)
{
    private readonly RedisClusterProcess _cluster = fixture.Cluster;

    [Fact]
    [Trait("Spec", "A100")]
    public async Task Commands_chain_and_replies_keep_their_order_over_all_nodes()
    {
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        using IPipelined.Pipeline pipeline = redis.CreatePipeline();
        pipeline.Set("a100:foo", "bar", out Deferred<bool> first)
            .Set("a100:spam", "eggs", out Deferred<bool> second)
            .Get("a100:foo", out Deferred<string?> foo)
            .Get("a100:spam", out Deferred<string?> spam);
        Assert.Equal(4, pipeline.Length);
        PipelineReplies replies = await pipeline.ExecuteAsync();
        Assert.Equal(0, pipeline.Length);
        Assert.Equal(4, replies.Count);
        Assert.True(replies.Get(first));
        Assert.True(replies.Get(second));
        Assert.Equal("bar", replies.Get(foo));
        Assert.Equal("eggs", replies.Get(spam));
    }

    [Fact]
    [Trait("Spec", "A100")]
    public async Task Empty_pipeline_sends_nothing_and_a_pipeline_can_be_used_again()
    {
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        using IPipelined.Pipeline pipeline = redis.CreatePipeline();
        long before = CommandsOf(client);
        Assert.Equal(0, (await pipeline.ExecuteAsync()).Count);
        Assert.Equal(before, CommandsOf(client));

        Deferred<bool> old = pipeline.Set("a100:again", "1");
        PipelineReplies oldReplies = await pipeline.ExecuteAsync();
        Assert.True(oldReplies.Get(old));
        Deferred<long> incremented = pipeline.Incr("a100:again");
        Assert.Throws<InvalidOperationException>(() => oldReplies.Get(old));
        PipelineReplies replies = await pipeline.ExecuteAsync();
        Assert.Equal(2, replies.Get(incremented));
        Assert.Throws<InvalidOperationException>(() => replies.Get(old));
        pipeline.Get("a100:again");
        pipeline.Clear();
        Assert.Equal(0, pipeline.Length);
    }

    [Fact]
    [Trait("Spec", "A101")]
    public async Task Every_node_gets_its_part_in_one_send_and_does_not_wait_for_the_others()
    {
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        string[] keys = [.. Enumerable.Range(0, 60).Select(i => $"a101:{i}")];
        ClusterNodeProcess paused = await _cluster.PrimaryOfAsync(client.SlotOf(keys[0]));
        // Connections are there before anything is counted.
        await Task.WhenAll(keys.Select(key => redis.SetAsync(key, "0").AsTask()));
        Dictionary<RedisEndpoint, RedisConnectionStatistics> before = client.GetConnectionStatistics().ToDictionary(node => node.Endpoint);

        await paused.CallAsync("CLIENT", "PAUSE", 60_000, "WRITE");
        Task<PipelineReplies> execution;
        using IPipelined.Pipeline pipeline = redis.CreatePipeline();
        try
        {
            foreach (string key in keys)
            {
                pipeline.Incr(key);
            }

            execution = pipeline.ExecuteAsync().AsTask();
            IEnumerable<ClusterNodeProcess> others = (await _cluster.PrimariesAsync()).Where(node => node != paused && !_cluster.Spares.Contains(node));
            foreach (ClusterNodeProcess other in others)
            {
                string[] theirs = [.. keys.Where(key => client.GetNode(key).Endpoint.Port == other.Port)];
                Assert.NotEmpty(theirs);
                foreach (string key in theirs)
                {
                    await Eventually.TrueAsync(async () => (await other.CallAsync("GET", key)).Text == "1", description: key);
                }
            }

            Assert.False(execution.IsCompleted);
        }
        finally
        {
            await paused.CallAsync("CLIENT", "UNPAUSE");
        }

        await execution;
        foreach (RedisConnectionStatistics node in client.GetConnectionStatistics())
        {
            int own = keys.Count(key => client.GetNode(key).Endpoint == node.Endpoint);
            if (own > 0)
            {
                // The topology may have been read meanwhile, since a node was silent.
                long others = node.Commands - before[node.Endpoint].Commands - own;
                Assert.InRange(node.Flushes - before[node.Endpoint].Flushes, 1, 1 + others);
            }
        }
    }

    [Fact]
    [Trait("Spec", "A102")]
    public async Task First_failed_command_is_thrown_with_its_place_or_all_outcomes_are_told()
    {
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        using IPipelined.Pipeline pipeline = redis.CreatePipeline();
        pipeline.Set("a102", "text");
        pipeline.LPush("a102", "secret-value");
        pipeline.Get("a102");
        pipeline.LPush("a102", "again");
        RedisPipelineException error = await Assert.ThrowsAsync<RedisPipelineException>(async () => await pipeline.ExecuteAsync());
        Assert.Equal(1, error.Index);
        Assert.Contains("Command 2 of 4 failed: WRONGTYPE", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-value", error.Message, StringComparison.Ordinal);
        Assert.IsType<RedisServerException>(error.InnerException);

        Deferred<bool> set = pipeline.Set("a102", "other");
        Deferred<long> push = pipeline.LPush("a102", "element");
        Deferred<string?> get = pipeline.Get("a102");
        PipelineReplies replies = await pipeline.ExecuteAsync(throwOnError: false);
        Assert.True(replies.Get(set));
        Assert.Equal("other", replies.Get(get));
        Assert.Equal("WRONGTYPE", Assert.IsType<RedisServerException>(replies.ErrorOf(push)).Code);
        Assert.Throws<RedisServerException>(() => replies.Get(push));
        Assert.False(replies.TryGet(push, out _, out RedisException? told));
        Assert.Same(told, replies.ErrorOf(push));
        Assert.True(replies.TryGet(get, out string? value, out _));
        Assert.Equal("other", value);
    }

    [Fact]
    [Trait("Spec", "A103")]
    [Trait("Spec", "A104")]
    public async Task Commands_with_several_keys_of_one_slot_are_allowed_and_others_refused()
    {
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        using IPipelined.Pipeline pipeline = redis.CreatePipeline();
        long before = CommandsOf(client);
        Assert.Throws<RedisCrossSlotException>(() => { _ = pipeline.MGet(["a104:1", "a104:2"]); });
        Assert.Equal(before, CommandsOf(client));

        pipeline.SetBoth("{a104}:1", "{a104}:2");
        Deferred<string?[]> values = pipeline.MGet(["{a104}:1", "{a104}:2", "{a104}:none"]);
        Deferred<string> echo = pipeline.Echo("PONG");
        PipelineReplies replies = await pipeline.ExecuteAsync();
        Assert.Equal<string?>(["1", "2", null], replies.Get(values).AsEnumerable());
        Assert.Equal("PONG", replies.Get(echo));
    }

    [Fact]
    public async Task Lambda_returns_the_replies_as_a_tuple()
    {
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        await redis.SetAsync("lambda:name", "Ada");
        (string? name, long hits) = await redis.PipelineAsync(p => (p.Get("lambda:name"), p.Incr("lambda:hits")));
        Assert.Equal("Ada", name);
        Assert.True(hits > 0);
        Assert.Equal("Ada", await redis.PipelineAsync(p => p.Get("lambda:name")));
        await redis.PipelineAsync(p => p.SetBoth("{lambda}:1", "{lambda}:2"));
        Assert.Equal("1", await redis.GetAsync("{lambda}:1"));
        (Done _, string? two) = await redis.TransactionAsync(t => (t.SetBoth("{lambda}:3", "{lambda}:4"), t.Get("{lambda}:4")));
        Assert.Equal("2", two);
    }

    [Fact]
    public async Task Reply_can_go_into_a_buffer_of_the_callers()
    {
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        byte[] buffer = new byte[16];
        byte[] small = new byte[1];
        using IPipelined.Pipeline pipeline = redis.CreatePipeline();
        pipeline.Set("buffer:1", "bytes");
        Deferred<int> length = pipeline.Get("buffer:1", buffer.AsMemory());
        Deferred<int> none = pipeline.Get("buffer:none", buffer.AsMemory());
        Deferred<int> tooSmall = pipeline.Get("buffer:1", small.AsMemory());
        PipelineReplies replies = await pipeline.ExecuteAsync(throwOnError: false);
        Assert.Equal("bytes", Encoding.UTF8.GetString(buffer, 0, replies.Get(length)));
        Assert.Equal(-1, replies.Get(none));
        Assert.IsType<RedisReplyException>(replies.ErrorOf(tooSmall));
    }

    [Fact]
    public async Task Hundred_thousand_commands_are_executed_once_each()
    {
        const int Counters = 100;
        const int Rounds = 1_000;
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        using IPipelined.Pipeline pipeline = redis.CreatePipeline();
        await redis.PipelineAsync(p =>
        {
            Deferred<long> last = default;
            for (int i = 0; i < Counters; i++)
            {
                last = p.Del([$"many:{i}"]);
            }

            return last;
        });
        var replies = new List<Deferred<long>>(Counters * Rounds);
        for (int round = 0; round < Rounds; round++)
        {
            for (int i = 0; i < Counters; i++)
            {
                replies.Add(pipeline.Incr($"many:{i}"));
            }
        }

        PipelineReplies all = await pipeline.ExecuteAsync(deadline: Deadline.After(TimeSpan.FromSeconds(60)));
        for (int i = 0; i < replies.Count; i++)
        {
            Assert.Equal((i / Counters) + 1, all.Get(replies[i]));
        }
    }

    [Fact]
    public async Task Cancelled_pipeline_ends_at_once_and_leaves_the_connection_usable()
    {
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        await redis.SetAsync("cancelled:1", "0");
        ClusterNodeProcess node = await _cluster.PrimaryOfAsync(client.SlotOf("cancelled:1"));
        using var cancellation = new CancellationTokenSource();
        using IPipelined.Pipeline pipeline = redis.CreatePipeline();
        for (int i = 0; i < 100; i++)
        {
            pipeline.Incr("cancelled:1");
        }

        await node.CallAsync("CLIENT", "PAUSE", 60_000, "WRITE");
        try
        {
            Task<PipelineReplies> execution = pipeline.ExecuteAsync(cancellationToken: cancellation.Token).AsTask();
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => execution.WaitAsync(TimeSpan.FromSeconds(10)));
            // The same pipeline is used while the replies to its last use are still to come.
            pipeline.Set("cancelled:2", "x");
        }
        finally
        {
            await node.CallAsync("CLIENT", "UNPAUSE");
        }

        await pipeline.ExecuteAsync();
        Assert.Equal("100", await redis.GetAsync("cancelled:1"));
    }

    [Fact]
    [Trait("Spec", "A104")]
    public async Task Scripts_are_loaded_once_and_again_after_they_were_flushed()
    {
        await using RedisCluster client = await ConnectAsync();
        IPipelined redis = IPipelined.Create(client);
        await redis.DelAsync(["script:1"]);
        await _cluster.ResetStatisticsAsync();
        using IPipelined.Pipeline pipeline = redis.CreatePipeline();
        Deferred<long>[] replies = [.. Enumerable.Range(0, 10).Select(_ => pipeline.AddByScript("script:1", 2))];
        PipelineReplies all = await pipeline.ExecuteAsync();
        Assert.Equal(Enumerable.Range(1, 10).Select(i => 2L * i), replies.Select(all.Get));
        ClusterNodeProcess node = await _cluster.PrimaryOfAsync(client.SlotOf("script:1"));
        CommandStatistics statistics = await RedisClusterProcess.CommandStatisticsAsync(node);
        Assert.Equal((1, 10, 0), (statistics["script|load"].Calls, statistics["evalsha"].Calls, statistics["eval"].Calls));
        Assert.Equal(22, await redis.PipelineAsync(p => p.AddByScript("script:1", 2)));
        Assert.Equal(1, (await RedisClusterProcess.CommandStatisticsAsync(node))["script|load"].Calls);

        await node.CallAsync("SCRIPT", "FLUSH");
        Assert.Equal((24, 26), await redis.PipelineAsync(p => (p.AddByScript("script:1", 2), p.AddByScript("script:1", 2))));
        await node.CallAsync("SCRIPT", "FLUSH");
        Assert.Equal((28, 30), await redis.TransactionAsync(t => (t.AddByScript("script:1", 2), t.AddByScript("script:1", 2))));
    }

    private static long CommandsOf(RedisCluster client) => client.GetConnectionStatistics().Sum(node => node.Commands);

    private Task<RedisCluster> ConnectAsync() => RedisCluster.ConnectAsync($"redis://{_cluster.Nodes[0].Address}");
}
