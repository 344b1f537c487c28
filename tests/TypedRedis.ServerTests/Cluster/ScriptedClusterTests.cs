using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

/// <summary>What real clusters do not do on demand.</summary>
public sealed class ScriptedClusterTests
{
    [Fact]
    [Trait("Spec", "A58")]
    public async Task Endless_moved_ends_with_the_history()
    {
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        left.Script = request => request.Is("CLUSTER") ? AllSlots(left) : request.Is("GET") ? ScriptedReply.Moved(12182, right) : null;
        right.Script = request => request.Is("CLUSTER") ? AllSlots(left) : request.Is("GET") ? ScriptedReply.Moved(12182, left) : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", left.Port);
        var error = await Assert.ThrowsAsync<RedisRedirectLimitException>(() => client.GetAsync("foo", Deadline.After(TimeSpan.FromMinutes(1))).AsTask());
        Assert.Equal(17, error.Redirects.Count);
        Assert.Equal($"MOVED {right.Address}", error.Redirects[0]);
        Assert.Equal($"MOVED {left.Address}", error.Redirects[1]);
        Assert.Equal("GET", error.Command);
        Assert.Equal(12182, error.Slot);
    }

    [Fact]
    [Trait("Spec", "A58")]
    public async Task Endless_ask_ends_with_the_history()
    {
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        left.Script = request => request.Is("CLUSTER") ? AllSlots(left) : request.Is("GET") ? ScriptedReply.Ask(12182, right) : null;
        right.Script = request => request.Is("GET") ? ScriptedReply.Ask(12182, left) : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", left.Port);
        var error = await Assert.ThrowsAsync<RedisRedirectLimitException>(() => client.GetAsync("foo", Deadline.After(TimeSpan.FromMinutes(1))).AsTask());
        Assert.Equal(17, error.Redirects.Count);
        Assert.All(right.Requests.Where(request => request.Is("GET")), get =>
            Assert.Equal("ASKING", right.Requests.TakeWhile(request => request != get).Last().Name));
    }

    [Fact]
    [Trait("Spec", "A58")]
    public async Task Redirect_to_the_same_node_dials_it_anew()
    {
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node)
            : request.Is("GET") ? request.Connection.Number == 0 ? ScriptedReply.Moved(12182, node) : ScriptedReply.Bulk("v")
            : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", node.Port);
        Assert.Equal("v", await client.GetAsync("foo"));
        Assert.Equal("v", await client.GetAsync("foo"));
        Assert.Equal(2, node.Connections.Count);
    }

    [Theory]
    [Trait("Spec", "A16")]
    [InlineData("MOVED 12182 :{0}")]
    [InlineData("MOVED 12182 ?:{0}")]
    [InlineData("ASK 12182 :{0}")]
    public async Task Redirect_without_host_means_the_host_that_was_asked(string redirect)
    {
        await using var target = ScriptedServer.Start(request => request.Is("GET") ? ScriptedReply.Bulk("v") : null);
        await using var source = ScriptedServer.Start();
        source.Script = request => request.Is("CLUSTER") ? AllSlots(source)
            : request.Is("GET") ? ScriptedReply.Error(string.Format(null, redirect, target.Port))
            : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", source.Port);
        Assert.Equal("v", await client.GetAsync("foo"));
    }

    [Theory]
    [InlineData("MOVED nonsense", "MOVED …")]
    [InlineData("MOVED 12182 host:0", "MOVED 12182 host:0")]
    [InlineData("ASK 99999 127.0.0.1:7000", "ASK 99999 127.0.0.1:7000")]
    public async Task Redirect_nobody_understands_is_the_callers_error(string redirect, string shown)
    {
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node) : request.Is("GET") ? ScriptedReply.Error(redirect) : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", node.Port);
        var error = await Assert.ThrowsAsync<RedisServerException>(() => client.GetAsync("foo").AsTask());
        Assert.StartsWith(shown, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Spec", "A17")]
    public async Task Addresses_are_translated_in_the_topology_and_in_redirects()
    {
        await using var target = ScriptedServer.Start(request => request.Is("GET") ? ScriptedReply.Bulk("v") : null);
        await using var source = ScriptedServer.Start();
        source.Script = request => request.Is("CLUSTER")
            ? ScriptedReply.Array(ScriptedReply.Array(
                ScriptedReply.Number(0), ScriptedReply.Number(16383), ScriptedReply.Array(ScriptedReply.Bulk("inside-1"), ScriptedReply.Number(7000), ScriptedReply.Bulk("id"))))
            : request.Is("GET") ? ScriptedReply.Error("MOVED 12182 inside-2:7000") : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync(new RedisOptions
        {
            Endpoints = [new("127.0.0.1", source.Port)],
            AddressRemap = endpoint => endpoint.Host switch
            {
                "inside-1" => new("127.0.0.1", source.Port),
                "inside-2" => new("127.0.0.1", target.Port),
                _ => endpoint,
            },
        });
        Assert.Equal(source.Address, Assert.Single(client.Nodes).Name);
        Assert.Equal("v", await client.GetAsync("foo"));
    }

    [Theory]
    [Trait("Spec", "A71")]
    [InlineData("LOADING Redis is loading the dataset in memory")]
    [InlineData("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.")]
    [InlineData("CLUSTERDOWN The cluster is down")]
    [InlineData("READONLY You can't write against a read only replica.")]
    public async Task Command_a_node_cannot_serve_yet_is_repeated(string error)
    {
        await using var node = ScriptedServer.Start();
        int refusals = 3;
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node)
            : request.Is("INCR") ? Interlocked.Decrement(ref refusals) >= 0 ? ScriptedReply.Error(error) : ScriptedReply.Number(1)
            : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", node.Port);
        Assert.Equal(1, await client.IncrAsync("foo"));
        Assert.Equal(4, node.Requests.Count(request => request.Is("INCR")));
        await Eventually.TrueAsync(() => client.Refreshes > 0, description: "the topology to be read");
    }

    [Fact]
    [Trait("Spec", "A63")]
    public async Task Command_with_unknown_outcome_is_repeated_only_if_that_is_harmless()
    {
        await using var node = ScriptedServer.Start();
        int closes = 2;
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node)
            : request.Is("INCR") ? ScriptedReply.Close
            : request.Is("GET") ? Interlocked.Decrement(ref closes) >= 0 ? ScriptedReply.Close : ScriptedReply.Bulk("v")
            : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", node.Port);
        var error = await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => client.IncrAsync("foo").AsTask());
        Assert.Equal("INCR", error.Command);
        Assert.Equal("v", await client.GetAsync("foo"));
        Assert.Equal(1, node.Requests.Count(request => request.Is("INCR")));
        Assert.Equal(3, node.Requests.Count(request => request.Is("GET")));
    }

    [Fact]
    [Trait("Spec", "A63")]
    public async Task Command_with_unknown_outcome_is_repeated_when_the_user_wants_it()
    {
        await using var node = ScriptedServer.Start();
        int closes = 1;
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node)
            : request.Is("INCR") ? Interlocked.Decrement(ref closes) >= 0 ? ScriptedReply.Close : ScriptedReply.Number(2)
            : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync(
            new RedisOptions { Endpoints = [new("127.0.0.1", node.Port)], RetryNonIdempotent = true });
        Assert.Equal(2, await client.IncrAsync("foo"));
    }

    [Theory]
    [InlineData("*1\r\n*3\r\n:0\r\n:99999\r\n*2\r\n$1\r\na\r\n:1\r\n")]
    [InlineData("*1\r\n*3\r\n:0\r\n:16383\r\n*2\r\n$1\r\n \r\n:1\r\n")]
    [InlineData("+OK\r\n")]
    [InlineData("*99999999\r\n")]
    public async Task Topology_no_server_would_tell_is_refused(string reply)
    {
        await using var node = ScriptedServer.Start(request => request.Is("CLUSTER") ? ScriptedReply.Raw(reply).Then(ScriptedReply.Close) : null);
        await Assert.ThrowsAsync<RedisClusterException>(() => RedisCluster.ConnectAsync("127.0.0.1", node.Port));
    }

    [Fact]
    [Trait("Spec", "A11")]
    public async Task Gaps_are_refused_or_accepted_as_the_options_say()
    {
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? ScriptedReply.ClusterSlots((0, 12999, [node])) : request.Is("GET") ? ScriptedReply.Bulk("v") : null;
        var options = new RedisOptions { Endpoints = [new("127.0.0.1", node.Port)] };
        var error = await Assert.ThrowsAsync<RedisClusterException>(() => RedisCluster.ConnectAsync(options));
        Assert.Contains("13000 of 16384", error.Message, StringComparison.Ordinal);
        await using RedisCluster client = await RedisCluster.ConnectAsync(options with { RequireFullCoverage = false });
        Assert.Equal("v", await client.GetAsync("foo"));
        var timeout = await Assert.ThrowsAsync<RedisTimeoutException>(() => client.GetAsync("foo1", Deadline.After(TimeSpan.FromMilliseconds(100))).AsTask());
        Assert.Contains("slot 13431 has no owner", timeout.Message, StringComparison.Ordinal);
        Assert.Throws<RedisClusterException>(() => client.GetNode("foo1"));
    }

    [Fact]
    [Trait("Spec", "A04")]
    public async Task Answers_with_gaps_are_merged()
    {
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        left.Script = request => request.Is("CLUSTER") ? ScriptedReply.ClusterSlots((0, 9999, [left])) : null;
        right.Script = request => request.Is("CLUSTER") ? ScriptedReply.ClusterSlots((10000, 16383, [right])) : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync([new("127.0.0.1", left.Port), new("127.0.0.1", right.Port)]);
        Assert.Equal(right.Port, client.GetNode("foo").Endpoint.Port);
        Assert.Equal(left.Port, client.GetNode("bar").Endpoint.Port);
    }

    [Theory]
    [Trait("Spec", "A70")]
    [InlineData("WRONGTYPE Operation against a key holding the wrong kind of value", "WRONGTYPE")]
    [InlineData("CROSSSLOT Keys in request don't hash to the same slot", "CROSSSLOT")]
    [InlineData("ERR syntax error", "ERR")]
    public async Task Other_errors_reach_the_caller_unchanged(string message, string code)
    {
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? AllSlots(node) : request.Is("GET") ? ScriptedReply.Error(message) : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", node.Port);
        var error = await Assert.ThrowsAsync<RedisServerException>(() => client.GetAsync("foo").AsTask());
        Assert.Equal(code, error.Code);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(1, error.Attempts);
        Assert.Equal(node.Port, error.Endpoint!.Value.Port);
    }

    [Fact]
    public async Task Disposal_ends_calls_wherever_they_are()
    {
        var never = new TaskCompletionSource();
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? ScriptedReply.ClusterSlots((0, 12999, [node]))
            : request.Is("GET") ? ScriptedReply.Bulk("v").When(never.Task)
            : request.Is("INCR") ? ScriptedReply.Error("TRYAGAIN Multiple keys request during rehashing of slot")
            : null;
        RedisCluster client = await RedisCluster.ConnectAsync(
            new RedisOptions { Endpoints = [new("127.0.0.1", node.Port)], RequireFullCoverage = false, CommandTimeout = Timeout.InfiniteTimeSpan });
        Task inFlight = client.GetAsync("foo").AsTask();
        Task unanswered = client.IncrAsync("foo").AsTask();
        Task uncovered = client.GetAsync("foo1").AsTask();
        await node.WaitForRequestAsync(request => request.Is("GET"));
        await node.WaitForRequestAsync(request => request.Is("INCR"));
        Assert.False(inFlight.IsCompleted || unanswered.IsCompleted || uncovered.IsCompleted);
        await client.DisposeAsync();
        await Assert.ThrowsAsync<RedisConnectionException>(() => inFlight);
        // Sent, and its reply is behind the one that never comes: it may have been executed.
        await Assert.ThrowsAsync<RedisOutcomeUnknownException>(() => unanswered);
        await Assert.ThrowsAsync<RedisConnectionException>(() => uncovered);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetAsync("foo").AsTask());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.GetAsync("foo1").AsTask());
    }

    private static ScriptedReply AllSlots(ScriptedServer owner) => ScriptedReply.ClusterSlots((0, 16383, [owner]));
}
