using TypedRedis.TestSupport;

namespace TypedRedis.ServerTests.Cluster;

/// <summary>Commands for several nodes, and what real clusters do not do on demand.</summary>
public sealed class ScriptedFanOutTests
{
    private static readonly Deadline s_patient = Deadline.After(TimeSpan.FromSeconds(30));

    [Theory]
    [Trait("Spec", "A29")]
    [InlineData("LOADING Redis is loading the dataset in memory")]
    [InlineData("CLUSTERDOWN The cluster is down")]
    [InlineData("MASTERDOWN Link with MASTER is down")]
    [InlineData("READONLY You can't write against a read only replica.")]
    public async Task Node_that_cannot_serve_yet_is_asked_again_and_the_others_are_not(string error)
    {
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        int asked = 0;
        left.Script = request => request.Is("CLUSTER") ? BothHalves(left, right)
            : request.Is("FLUSHDB") ? Interlocked.Increment(ref asked) <= 2 ? ScriptedReply.Error(error) : ScriptedReply.Ok
            : null;
        right.Script = request => request.Is("CLUSTER") ? BothHalves(left, right) : request.Is("FLUSHDB") ? ScriptedReply.Ok : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", left.Port);

        await IWholeCluster.Create(client).FlushDbAsync(s_patient);

        Assert.Equal(3, asked);
        Assert.Single(right.Requests, request => request.Is("FLUSHDB"));
    }

    [Fact]
    [Trait("Spec", "A24")]
    public async Task Demoted_primary_is_replaced_by_the_node_that_took_its_place()
    {
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        await using var promoted = ScriptedServer.Start();
        bool isDemoted = false;
        ScriptedReply Topology() => Volatile.Read(ref isDemoted) ? BothHalves(promoted, right) : ScriptedReply.ClusterSlots((0, 8191, [left, promoted]), (8192, 16383, [right]));
        left.Script = request =>
        {
            if (request.Is("FLUSHDB"))
            {
                Volatile.Write(ref isDemoted, true);
                return ScriptedReply.Error("READONLY You can't write against a read only replica.");
            }

            return request.Is("CLUSTER") ? Topology() : null;
        };
        right.Script = promoted.Script = request => request.Is("CLUSTER") ? Topology() : request.Is("FLUSHDB") ? ScriptedReply.Ok : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", left.Port);

        await IWholeCluster.Create(client).FlushDbAsync(s_patient);

        Assert.Single(right.Requests, request => request.Is("FLUSHDB"));
        Assert.Single(promoted.Requests, request => request.Is("FLUSHDB"));
    }

    [Theory]
    [Trait("Spec", "A24")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Demoted_primary_that_works_still_answers_what_it_owes_when_the_topology_has_been_read(bool staysAsReplica)
    {
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        await using var promoted = ScriptedServer.Start();
        bool isDemoted = false;
        ScriptedReply Topology() => Volatile.Read(ref isDemoted)
            ? ScriptedReply.ClusterSlots((0, 8191, staysAsReplica ? [promoted, left] : [promoted]), (8192, 16383, [right]))
            : ScriptedReply.ClusterSlots((0, 8191, [left, promoted]), (8192, 16383, [right]));
        left.Script = request =>
        {
            if (request.Is("FLUSHDB"))
            {
                Volatile.Write(ref isDemoted, true);
                return ScriptedReply.None;
            }

            // The client asks whether it works, once it knows of the demotion: before that, nothing answers the command.
            return request.Is("CLUSTER") ? Topology()
                : request.Is("PING") && Volatile.Read(ref isDemoted) ? ScriptedReply.Error("READONLY You can't write against a read only replica.").Then(ScriptedReply.Simple("PONG"))
                : null;
        };
        right.Script = promoted.Script = request => request.Is("CLUSTER") ? Topology() : request.Is("FLUSHDB") ? ScriptedReply.Ok : null;
        // The topology is read from the right one only: on the left one's connection, replies come in their order.
        await using RedisCluster client = await RedisCluster.ConnectAsync(new RedisOptions { Endpoints = [new("127.0.0.1", right.Port)], DynamicStartupNodes = false });

        Task call = IWholeCluster.Create(client).FlushDbAsync(s_patient).AsTask();
        await left.WaitForRequestAsync(request => request.Is("FLUSHDB"));
        await client.RefreshTopologyAsync();
        await call;

        Assert.Single(left.Requests, request => request.Is("FLUSHDB"));
        Assert.Single(right.Requests, request => request.Is("FLUSHDB"));
        Assert.Single(promoted.Requests, request => request.Is("FLUSHDB"));
    }

    [Fact]
    [Trait("Spec", "A29")]
    public async Task Error_of_one_node_leaves_the_successes_of_the_others_in_the_exception_and_no_argument_in_its_message()
    {
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        left.Script = request => request.Is("CLUSTER") ? BothHalves(left, right) : request.Is("CONFIG") ? ScriptedReply.Error("ERR CONFIG SET failed - secret") : null;
        right.Script = request => request.Is("CLUSTER") ? BothHalves(left, right) : request.Is("CONFIG") ? ScriptedReply.Ok : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", left.Port);

        var error = await Assert.ThrowsAsync<RedisMultiNodeException>(() => IWholeCluster.Create(client).ConfigSetAsync("requirepass", "secret").AsTask());

        Assert.Equal("ERR", Assert.IsType<RedisServerException>(Assert.Single(error.Outcomes, outcome => outcome.Endpoint.Port == left.Port).Error).Code);
        Assert.Equal("OK", Assert.Single(error.Outcomes, outcome => outcome.Endpoint.Port == right.Port).Reply!.ToString());
        Assert.Contains($"1 of 2 nodes: 127.0.0.1:{left.Port}: ERR", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
        Assert.Single(left.Requests, request => request.Is("CONFIG"));
    }

    [Fact]
    [Trait("Spec", "A63")]
    public async Task Lost_connection_leaves_the_outcome_of_a_write_unknown_and_repeats_a_read()
    {
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        int counted = 0;
        left.Script = request => request.Is("CLUSTER") ? BothHalves(left, right)
            : request.Is("FLUSHDB") ? ScriptedReply.Close
            : request.Is("DBSIZE") ? Interlocked.Increment(ref counted) == 1 ? ScriptedReply.Close : ScriptedReply.Number(1)
            : null;
        right.Script = request => request.Is("CLUSTER") ? BothHalves(left, right)
            : request.Is("FLUSHDB") ? ScriptedReply.Ok
            : request.Is("DBSIZE") ? ScriptedReply.Number(2)
            : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", left.Port);
        IWholeCluster redis = IWholeCluster.Create(client);

        var error = await Assert.ThrowsAsync<RedisMultiNodeException>(() => redis.FlushDbAsync(s_patient).AsTask());
        Assert.IsType<RedisOutcomeUnknownException>(Assert.Single(error.Outcomes, outcome => !outcome.IsSuccess).Error);
        Assert.Single(left.Requests, request => request.Is("FLUSHDB"));
        Assert.Equal(3, await redis.DbSizeAsync(s_patient));
        Assert.Equal(2, counted);
        Assert.Single(right.Requests, request => request.Is("DBSIZE"));
    }

    [Fact]
    [Trait("Spec", "A32")]
    public async Task First_success_is_enough_where_one_will_do_though_another_node_hangs()
    {
        await using var busy = ScriptedServer.Start();
        await using var hung = ScriptedServer.Start();
        busy.Script = request => request.Is("CLUSTER") ? BothHalves(busy, hung) : request.Is("SCRIPT") ? ScriptedReply.Ok : null;
        hung.Script = request => request.Is("CLUSTER") ? BothHalves(busy, hung) : request.Is("SCRIPT") ? ScriptedReply.None : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", busy.Port);

        await IWholeCluster.Create(client).ScriptKillAsync(Deadline.After(TimeSpan.FromHours(1)));
    }

    [Fact]
    [Trait("Spec", "A32")]
    public async Task Where_one_success_will_do_all_failures_are_an_error()
    {
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        left.Script = right.Script = request => request.Is("CLUSTER") ? BothHalves(left, right)
            : request.Is("SCRIPT") ? ScriptedReply.Error("NOTBUSY No scripts in execution right now.")
            : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", left.Port);

        var error = await Assert.ThrowsAsync<RedisMultiNodeException>(() => IWholeCluster.Create(client).ScriptKillAsync().AsTask());

        Assert.Equal(2, error.Outcomes.Count);
        Assert.All(error.Outcomes, outcome => Assert.Equal("NOTBUSY", Assert.IsType<RedisServerException>(outcome.Error).Code));
    }

    [Fact]
    public async Task Error_of_the_only_node_is_thrown_itself()
    {
        await using var node = ScriptedServer.Start();
        node.Script = request => request.Is("CLUSTER") ? ScriptedReply.ClusterSlots((0, 16383, [node])) : request.Is("DBSIZE") ? ScriptedReply.Error("ERR no") : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", node.Port);

        var error = await Assert.ThrowsAsync<RedisServerException>(() => IWholeCluster.Create(client).DbSizeAsync().AsTask());

        Assert.Equal("DBSIZE", error.Command);
        Assert.Equal(node.Port, error.Endpoint!.Value.Port);
    }

    [Fact]
    [Trait("Spec", "A72")]
    public async Task Token_ends_it_while_a_node_owes_its_reply()
    {
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        left.Script = request => request.Is("CLUSTER") ? BothHalves(left, right) : request.Is("SCRIPT") ? ScriptedReply.None : null;
        right.Script = request => request.Is("CLUSTER") ? BothHalves(left, right) : request.Is("SCRIPT") ? ScriptedReply.Error("NOTBUSY none") : null;
        await using RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", left.Port);
        using var stop = new CancellationTokenSource();
        Task call = IWholeCluster.Create(client).ScriptKillAsync(Deadline.After(TimeSpan.FromHours(1)), stop.Token).AsTask();
        await left.WaitForRequestAsync(request => request.Is("SCRIPT"));

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task Disposal_ends_it_while_it_waits_for_a_node_to_be_ready()
    {
        await using var left = ScriptedServer.Start();
        await using var right = ScriptedServer.Start();
        left.Script = request => request.Is("CLUSTER") ? BothHalves(left, right)
            : request.Is("DBSIZE") ? ScriptedReply.Error("LOADING Redis is loading the dataset in memory")
            : null;
        right.Script = request => request.Is("CLUSTER") ? BothHalves(left, right) : request.Is("DBSIZE") ? ScriptedReply.Number(2) : null;
        RedisCluster client = await RedisCluster.ConnectAsync("127.0.0.1", left.Port);
        Task call = IWholeCluster.Create(client).DbSizeAsync(Deadline.After(TimeSpan.FromHours(1))).AsTask();
        await Eventually.TrueAsync(() => left.Requests.Count(request => request.Is("DBSIZE")) > 2, description: "the node to be asked again");
        Assert.False(call.IsCompleted);

        await client.DisposeAsync();

        var error = await Assert.ThrowsAsync<RedisMultiNodeException>(() => call);
        Assert.IsType<RedisConnectionException>(Assert.Single(error.Outcomes, outcome => !outcome.IsSuccess).Error);
    }

    private static ScriptedReply BothHalves(ScriptedServer left, ScriptedServer right) => ScriptedReply.ClusterSlots((0, 8191, [left]), (8192, 16383, [right]));
}
