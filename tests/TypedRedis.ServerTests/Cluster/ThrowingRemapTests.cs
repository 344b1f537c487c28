using TypedRedis.ServerTests.Pipelines;
using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

/// <summary>A translation of addresses that throws, wherever it is asked: the call concerned fails, and the others go on.</summary>
public sealed class ThrowingRemapTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("MOVED")]
    [InlineData("ASK")]
    public async Task Redirect_that_cannot_be_translated_fails_its_call_alone(string redirect)
    {
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node)
            : request.Is("INCR") ? ScriptedReply.Error($"{redirect} 12182 unknown:7000")
            : request.Is("GET") ? ScriptedReply.Bulk("v")
            : null;
        await using RedisCluster client = await ConnectAsync(node, _ => true);
        Task<long> unlucky = client.IncrAsync("foo").AsTask();
        Task<string?> bystander = client.GetAsync("foo").AsTask();
        RedisException failure = await Assert.ThrowsAnyAsync<RedisException>(() => unlucky.WaitAsync(s_limit));
        Assert.IsType<InvalidOperationException>(failure.InnerException);
        Assert.Equal("INCR", failure.Command);
        Assert.Equal("v", await bystander.WaitAsync(s_limit));
        Assert.Equal("v", await client.GetAsync("foo").AsTask().WaitAsync(s_limit));
    }

    [Fact]
    public async Task Redirect_in_a_pipeline_that_cannot_be_translated_fails_its_command_alone()
    {
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node)
            : request.Is("INCR") ? ScriptedReply.Error("MOVED 12182 unknown:7000")
            : request.Is("GET") ? ScriptedReply.Bulk("v")
            : null;
        await using RedisCluster client = await ConnectAsync(node, _ => true);
        using IPipelined.Pipeline pipeline = IPipelined.Create(client).CreatePipeline();
        Deferred<string?> before = pipeline.Get("foo");
        Deferred<long> unlucky = pipeline.Incr("foo");
        Deferred<string?> after = pipeline.Get("foo");
        PipelineReplies replies = await pipeline.ExecuteAsync(throwOnError: false).AsTask().WaitAsync(s_limit);
        Assert.Equal("v", replies.Get(before));
        Assert.Equal("v", replies.Get(after));
        Assert.False(replies.TryGet(unlucky, out _, out RedisException? failure));
        Assert.IsType<InvalidOperationException>(failure.InnerException);
        Assert.Equal("v", await client.GetAsync("foo").AsTask().WaitAsync(s_limit));
    }

    [Fact]
    public async Task Redirect_in_a_transaction_that_cannot_be_translated_fails_the_transaction_alone()
    {
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node)
            : request.Is("MULTI") ? ScriptedReply.Ok
            : request.Is("INCR") ? ScriptedReply.Error("MOVED 12182 unknown:7000")
            : request.Is("EXEC") ? ScriptedReply.Error("EXECABORT Transaction discarded because of previous errors.")
            : request.Is("GET") ? ScriptedReply.Bulk("v")
            : null;
        await using RedisCluster client = await ConnectAsync(node, _ => true);
        using IPipelined.Pipeline transaction = IPipelined.Create(client).CreatePipeline();
        transaction.Incr("foo");
        Task<PipelineReplies> executing = transaction.ExecuteTransactionAsync().AsTask();
        Task<string?> bystander = client.GetAsync("foo").AsTask();
        await Assert.ThrowsAnyAsync<RedisException>(() => executing.WaitAsync(s_limit));
        Assert.Equal("v", await bystander.WaitAsync(s_limit));
    }

    [Fact]
    public async Task Topology_that_cannot_be_translated_is_read_again_until_it_can()
    {
        bool isBroken = false;
        bool isTold = false;
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? Volatile.Read(ref isTold) ? UnknownOwner() : AllSlots(node)
            : request.Is("GET") ? ScriptedReply.Bulk("v")
            : null;
        await using RedisCluster client = await ConnectAsync(node, _ => Volatile.Read(ref isBroken));
        Volatile.Write(ref isBroken, true);
        Volatile.Write(ref isTold, true);
        await client.RefreshTopologyAsync(default).WaitAsync(s_limit);
        await client.RefreshTopologyAsync(default).WaitAsync(s_limit);
        Assert.Equal("v", await client.GetAsync("foo").AsTask().WaitAsync(s_limit));
        Volatile.Write(ref isTold, false);
        await client.RefreshTopologyAsync(default).WaitAsync(s_limit);
        Assert.Equal("v", await client.GetAsync("foo").AsTask().WaitAsync(s_limit));
    }

    private static Task<RedisCluster> ConnectAsync(ScriptedServer node, Func<RedisEndpoint, bool> isBroken) => RedisCluster.ConnectAsync(new RedisOptions
    {
        Endpoints = [new("127.0.0.1", node.Port)],
        AddressRemap = endpoint => endpoint.Host == "unknown" && isBroken(endpoint) ? throw new InvalidOperationException("thrown by a translation") : endpoint,
    });

    private static ScriptedReply AllSlots(ScriptedServer owner) => ScriptedReply.ClusterSlots((0, 16383, [owner]));

    private static ScriptedReply UnknownOwner() => ScriptedReply.Array(ScriptedReply.Array(
        ScriptedReply.Number(0), ScriptedReply.Number(16383), ScriptedReply.Array(ScriptedReply.Bulk("unknown"), ScriptedReply.Number(7000), ScriptedReply.Bulk("id"))));
}
