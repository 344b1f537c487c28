using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Blocking;

/// <summary>What real clusters do not answer to a blocked command on demand.</summary>
public sealed class ScriptedBlockingTests
{
    private const int Slot = 12182;

    [Fact]
    public async Task Wait_ended_because_the_node_became_a_replica_goes_on()
    {
        await using var node = ScriptedServer.Start();
        int pops = 0;
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node)
            : !request.Is("BLPOP") ? null
            : Interlocked.Increment(ref pops) == 1
                ? ScriptedReply.Error("UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)")
                : Popped();
        await using RedisCluster client = await ConnectAsync(node);
        Assert.Equal(("foo", "v"), BlockingCommands.Pair(await client.BLPopAsync("foo")));
        Assert.Equal(2, pops);
    }

    [Fact]
    public async Task Wait_ended_by_an_administrator_is_the_callers_error()
    {
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node)
            : request.Is("BLPOP") ? ScriptedReply.Error("UNBLOCKED client unblocked via CLIENT UNBLOCK") : null;
        await using RedisCluster client = await ConnectAsync(node);
        var error = await Assert.ThrowsAsync<RedisServerException>(() => client.BLPopAsync("foo").AsTask());
        Assert.Equal("UNBLOCKED", error.Code);
    }

    [Fact]
    public async Task Endless_moved_ends_with_the_history()
    {
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        left.Script = request => request.Is("CLUSTER") ? AllSlots(left) : request.Is("BLPOP") ? ScriptedReply.Moved(Slot, right) : null;
        right.Script = request => request.Is("CLUSTER") ? AllSlots(left) : request.Is("BLPOP") ? ScriptedReply.Moved(Slot, left) : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync(
            new RedisOptions { Endpoints = [new("127.0.0.1", left.Port)], CommandTimeout = TimeSpan.FromMinutes(1) });
        var error = await Assert.ThrowsAsync<RedisRedirectLimitException>(() => client.BLPopAsync("foo").AsTask());
        Assert.Equal(17, error.Redirects.Count);
    }

    [Fact]
    public async Task Asking_goes_before_the_command_on_its_own_connection()
    {
        await using var target = ScriptedServer.Start(request => request.Is("BLPOP") ? Popped() : null);
        await using var source = ScriptedServer.Start();
        source.Script = request => request.Is("CLUSTER") ? AllSlots(source) : request.Is("BLPOP") ? ScriptedReply.Ask(Slot, target) : null;
        await using RedisCluster client = await ConnectAsync(source);
        Assert.Equal(("foo", "v"), BlockingCommands.Pair(await client.BLPopAsync("foo")));
        ScriptedRequest pop = target.Requests.Single(request => request.Is("BLPOP"));
        Assert.Equal("ASKING", target.Requests.TakeWhile(request => request != pop).Last(request => request.Connection == pop.Connection).Name);
        Assert.Equal(source.Address, client.GetNode("foo").Name);
    }

    [Theory]
    [InlineData("CLUSTERDOWN The cluster is down")]
    [InlineData("TRYAGAIN Multiple keys request during rehashing of slot")]
    public async Task Cluster_that_refuses_for_longer_than_the_command_timeout_ends_the_call(string refusal)
    {
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node) : request.Is("BLPOP") ? ScriptedReply.Error(refusal) : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync(
            new RedisOptions { Endpoints = [new("127.0.0.1", node.Port)], CommandTimeout = TimeSpan.FromMilliseconds(700) });
        var error = await Assert.ThrowsAsync<RedisTimeoutException>(() => client.BLPopAsync("foo").AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Contains(refusal.Split(' ')[0], error.Message, StringComparison.Ordinal);
    }

    private static ScriptedReply Popped() => ScriptedReply.Array(ScriptedReply.Bulk("foo"), ScriptedReply.Bulk("v"));

    private static ScriptedReply AllSlots(ScriptedServer node) => ScriptedReply.ClusterSlots((0, 16383, [node]));

    private static Task<RedisCluster> ConnectAsync(ScriptedServer node) => RedisCluster.ConnectAsync("127.0.0.1", node.Port);
}
